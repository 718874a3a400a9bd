import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Connection, createTopicsV7 } from '@platformatic/kafka';
import { homeFolder, prepareHome } from '../../lab/home.ts';
import { Journal, sweepJournals } from '../../lab/journal.ts';
import { findKafka, type KafkaEngine } from '../../lab/kafka/binaries.ts';
import { KafkaServer } from '../../lab/kafka/server.ts';
import { logging, properties } from '../../lab/kafka/settings.ts';
import { keptPorts } from '../../lab/kept-ports.ts';
import { Link } from '../../lab/link.ts';
import { loopback } from '../../lab/ports.ts';
import { type Mortal, reapOnExit, spare } from '../../lab/reap.ts';

const run = promisify(execFile);
const disk_bytes = 500_000_000;
const password = 'of-a-test';

interface Ports {
  plain: number;
  controller: number;
  linked: number;
  tls: number;
  oauth: number;
}

/** One Kafka of the test's own that is its own controller, with listeners of each kind; clients of `linked` pass through a link. */
export class OneBroker implements Mortal {
  readonly server: KafkaServer;
  readonly link: Link;
  /** What the broker's certificate is signed with. */
  readonly certificate: string;
  /** Whether the link leads anywhere. */
  gate = { open: true };
  #ports: Ports;
  #journal: Journal;
  readonly folder: string;
  #logs: string;

  private constructor(parts: {
    server: KafkaServer;
    link: Link;
    certificate: string;
    gate: { open: boolean };
    ports: Ports;
    journal: Journal;
    folder: string;
    logs: string;
  }) {
    this.server = parts.server;
    this.link = parts.link;
    this.certificate = parts.certificate;
    this.gate = parts.gate;
    this.#ports = parts.ports;
    this.#journal = parts.journal;
    this.folder = parts.folder;
    this.#logs = parts.logs;
  }

  static async start(name: string): Promise<OneBroker> {
    await sweepJournals();
    await prepareHome(disk_bytes);
    const engine = await findKafka();
    const logs = await mkdtemp(join(tmpdir(), 'probe-kafka-'));
    const journal = await Journal.open();
    const folder = join(await homeFolder('clusters'), `${name}-${randomBytes(3).toString('hex')}`);
    await journal.folder(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const [plain = 0, controller = 0, linked = 0, tls = 0, oauth = 0] = await keptPorts(5);
    const ports = { plain, controller, linked, tls, oauth };
    const gate = { open: true };
    const link = await Link.open('probe', 'broker-1', () => (gate.open ? linked : null));
    const certificate = await certify(engine, folder);
    const settings = settingsOf(ports, link.port, folder);
    await format(engine, folder, settings);
    const node = { id: 1, name: 'broker-1', role: 'broker' as const, zone: 'a', port: plain, directory: '' };
    const server = new KafkaServer({ node, engine, folder, log: join(logs, 'broker-1.log'), settings, watch: journal });
    const one = new OneBroker({ server, link, certificate, gate, ports, journal, folder, logs });
    reapOnExit(one);
    try {
      await server.start();
    } catch (error) {
      await one.stop();
      throw error;
    }
    return one;
  }

  url(listener: 'plain' | 'linked' | 'tls' | 'oauth' = 'plain'): string {
    return `kafka://${loopback}:${listener === 'linked' ? this.link.port : this.#ports[listener]}`;
  }

  /** A topic of one copy; `configs` are the topic's own. */
  async topic(name: string, partitions = 1, configs: { [name: string]: string } = {}): Promise<void> {
    const connection = new Connection('quorum-drill-test');
    await connection.connect(loopback, this.#ports.plain);
    const entries = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
    const topic = { name, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: entries };
    await createTopicsV7.api.async(connection, [topic], 10_000, false);
    await connection.close();
  }

  processes() {
    return this.server.process ? [this.server.process] : [];
  }

  async stop(): Promise<void> {
    await this.link.close();
    await this.server.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    await rm(this.#logs, { recursive: true, force: true });
    await this.#journal.removed(this.folder);
    await this.#journal.close();
    spare(this);
  }
}

function settingsOf(ports: Ports, link_port: number, folder: string): { [name: string]: string } {
  const module = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule';
  const at = (port: number) => `${loopback}:${port}`;
  const open = `PLAINTEXT://${at(ports.plain)},TLS://${at(ports.tls)},OAUTH://${at(ports.oauth)}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${at(ports.controller)}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `${open},LINKED://${at(ports.linked)},CONTROLLER://${at(ports.controller)}`,
    'advertised.listeners': `${open},LINKED://${at(link_port)}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,LINKED:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,OAUTH:SASL_PLAINTEXT',
    'listener.name.tls.ssl.keystore.location': join(folder, 'keys.p12'),
    'listener.name.tls.ssl.keystore.type': 'PKCS12',
    'listener.name.tls.ssl.keystore.password': password,
    'listener.name.oauth.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.oauth.oauthbearer.sasl.jaas.config': `${module} required unsecuredLoginStringClaim_sub="broker";`,
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'log.cleaner.dedupe.buffer.size': '4194304',
  };
}

/** Keys of its own, signed by themselves, for this machine's loopback; Java brings the tool. */
async function certify({ java }: KafkaEngine, folder: string): Promise<string> {
  const keytool = java.includes('/') ? join(dirname(java), 'keytool') : 'keytool';
  const store = ['-keystore', join(folder, 'keys.p12'), '-storetype', 'PKCS12', '-storepass', password, '-alias', 'broker'];
  const who = ['-dname', 'CN=broker', '-ext', `SAN=ip:${loopback},dns:localhost`, '-keyalg', 'EC', '-validity', '2'];
  await run(keytool, ['-genkeypair', ...store, ...who]);
  await run(keytool, ['-exportcert', '-rfc', ...store, '-file', join(folder, 'broker.pem')]);
  return readFile(join(folder, 'broker.pem'), 'utf8');
}

async function format({ java, classpath }: KafkaEngine, folder: string, settings: { [name: string]: string }): Promise<void> {
  const [config, log4j] = [join(folder, 'format.properties'), join(folder, 'log4j2.properties')];
  await writeFile(config, properties(settings));
  await writeFile(log4j, logging);
  const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${log4j}`];
  const tool = ['kafka.tools.StorageTool', 'format', '--cluster-id', 'MkU3OEVBNTcwNTJENDM2Qg', '--config', config];
  await run(java, [...flags, '-cp', classpath, ...tool], { env: { LC_ALL: 'C' } });
}
