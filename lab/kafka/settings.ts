import { loopback } from '../ports.ts';

/** Where a broker or a controller listens, and how it is known. */
export interface Node {
  id: number;
  name: string;
  role: 'broker' | 'controller';
  /** Rack of a broker, zone of a controller. */
  zone: string;
  port: number;
  /** Kafka's own name for its data folder, 16 bytes in base64url. */
  directory: string;
  /** Where links lead into it: its second port, for other brokers, and the ports of the links that it advertises. */
  linked?: { port: number; clients: number; brokers: number };
}

/** Kafka's defaults, written down because they are published as the expectation's basis. */
export const timings = { session_timeout_ms: 9_000, heartbeat_ms: 2_000, lag_time_ms: 30_000 };

/** Heaps, in MiB: a broker's must hold what is under way of 50,000 records a second, a controller's next to nothing. */
const heap_mib = { broker: 256, controller: 96 };

/** The compiler stops where it would take more processor than it gives back within a drill's minutes; one collector thread is enough for such heaps. */
export function javaFlags(role: Node['role']): string[] {
  return [
    `-Xmx${heap_mib[role]}m`,
    `-Xms${heap_mib[role] / 2}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:ReservedCodeCacheSize=64m',
    '-Xss512k',
    '-XX:-UsePerfData',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.awt.headless=true',
  ];
}

/** `server.properties` of one node; topics' own settings are set on the topic. */
export function nodeSettings(node: Node, all: Node[], data: string): { [name: string]: string } {
  const controllers = all.filter(({ role }) => role === 'controller');
  return {
    'process.roles': node.role,
    'node.id': String(node.id),
    'log.dirs': data,
    'controller.quorum.bootstrap.servers': controllers.map(({ port }) => `${loopback}:${port}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,REPLICATION:PLAINTEXT',
    listeners: `${node.role === 'controller' ? 'CONTROLLER' : 'PLAINTEXT'}://${loopback}:${node.port}`,
    ...listeners(node),
    'broker.session.timeout.ms': String(timings.session_timeout_ms),
    'broker.heartbeat.interval.ms': String(timings.heartbeat_ms),
    'replica.lag.time.max.ms': String(timings.lag_time_ms),
    ...(node.role === 'broker' ? brokerSettings(node, all.length - controllers.length) : {}),
  };
}

/** A listener of its own for the other brokers, where each way in has a link. */
function listeners({ port, linked }: Node): { [name: string]: string } {
  if (!linked) return {};
  const both = (clients: number, brokers: number) => `PLAINTEXT://${loopback}:${clients},REPLICATION://${loopback}:${brokers}`;
  return {
    listeners: both(port, linked.port),
    'advertised.listeners': both(linked.clients, linked.brokers),
    'inter.broker.listener.name': 'REPLICATION',
  };
}

/** Small where nothing of the drill goes: threads, coordinators' topics, the cleaner's buffer (128 MiB by default). */
function brokerSettings(node: Node, brokers: number): { [name: string]: string } {
  const copies = String(Math.min(3, brokers));
  return {
    'broker.rack': node.zone,
    'auto.create.topics.enable': 'false',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'log.cleaner.dedupe.buffer.size': '4194304',
    'group.coordinator.threads': '1',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': copies,
    'share.coordinator.state.topic.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': copies,
  };
}

/** Text of a Java properties file. */
export function properties(settings: { [name: string]: string }): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}

/** Its log goes to standard output, which we open; what it says of every setting at every start is left out. */
export const logging = properties({
  status: 'error',
  'appender.out.type': 'Console',
  'appender.out.name': 'out',
  'appender.out.layout.type': 'PatternLayout',
  'appender.out.layout.pattern': '%d{yyyy-MM-dd HH:mm:ss.SSS} %p %m (%c{1})%n%ex{30}',
  'rootLogger.level': 'info',
  'rootLogger.appenderRef.out.ref': 'out',
  'logger.config.name': 'org.apache.kafka.common.config.AbstractConfig',
  'logger.config.level': 'warn',
});
