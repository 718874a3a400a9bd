import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { drillHome, homeFolder, prepareHome } from '../home.ts';
import { MissingEngine } from '../missing-engine.ts';
import { type Artifact, artifacts, version as pinned } from './artifacts.ts';
import { install, jarName } from './install.ts';

/** What starts a broker: a Java, Kafka's jars, and their versions such as `4.4.0` and `17`. */
export interface KafkaEngine {
  java: string;
  java_version: number;
  /** What `java -cp` takes. */
  classpath: string;
  version: string;
  /** The folder that it was found in or installed to. */
  home: string;
}

type Unpacked = Pick<KafkaEngine, 'classpath' | 'version' | 'home'>;

const run = promisify(execFile);
const least_java = 17;
const least_kafka = 4;
/** The jars, and as much again while they come. */
const install_bytes = 100_000_000;
const scripts = ['kafka-server-start.sh', 'kafka-server-start'];

/** Kafka from KAFKA_HOME, PATH, or Maven Central, in that order, and the Java that runs it; throws MissingEngine, which says what installs it. */
export async function findKafka(env: NodeJS.ProcessEnv = process.env): Promise<KafkaEngine> {
  const java = await findJava(env);
  const unpacked = await findUnpacked(env);
  if (unpacked) return { ...java, ...unpacked };
  await prepareHome(install_bytes);
  const home = await homeFolder('engines', `kafka-${pinned}`);
  const jars = await install(artifacts, home, env.DRILL_MAVEN || undefined);
  return { ...java, home, version: pinned, classpath: jars.join(delimiter) };
}

/** Which Kafka and which Java a run would take, in words; downloads nothing. */
export async function describeKafka(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { java, java_version } = await findJava(env);
  const unpacked = await findUnpacked(env);
  const home = join(drillHome(), 'engines', `kafka-${pinned}`);
  const there = unpacked || (await Promise.all(artifacts.map((artifact) => isThere(artifact, home)))).every(Boolean);
  const bytes = artifacts.reduce((sum, artifact) => sum + artifact[2], 0);
  const megabytes = `${Math.ceil(bytes / 1_000_000)} MB from Maven Central on first use`;
  const kafka = there ? `${unpacked?.version ?? pinned} in ${unpacked?.home ?? home}` : `${pinned}, ${megabytes}`;
  return `${kafka}; Java ${java_version} at ${java}`;
}

/** What a person unpacked: KAFKA_HOME, or where a script on PATH lies. */
async function findUnpacked(env: NodeJS.ProcessEnv): Promise<Unpacked | null> {
  if (env.KAFKA_HOME) return inFolder(resolve(env.KAFKA_HOME), 'KAFKA_HOME');
  for (const script of scripts) {
    const found = await onPath(script, env);
    if (found) return inFolder(dirname(dirname(await realpath(found))), `${script} on PATH`);
  }
  return null;
}

function isThere(artifact: Artifact, home: string): Promise<boolean> {
  return stat(join(home, jarName(artifact))).then(
    ({ size }) => size === artifact[2],
    () => false,
  );
}

/** A Java that is new enough; JAVA_HOME goes before PATH. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<{ java: string; java_version: number }> {
  const java = env.JAVA_HOME ? join(resolve(env.JAVA_HOME), 'bin', 'java') : await onPath('java', env);
  const place = env.JAVA_HOME ? `JAVA_HOME ${env.JAVA_HOME}` : 'PATH';
  if (!java) throw noJava(`no java on ${place}`);
  const said = await run(java, ['-version']).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: NodeJS.ErrnoException) => {
      throw noJava(`no java that runs in ${place} (${error.code ?? error.message})`);
    },
  );
  // Up to 8 it was called 1.8.
  const [, name, major] = /version "((?:1\.)?(\d+)[^"]*)"/.exec(said) ?? [];
  if (Number(major) >= least_java) return { java, java_version: Number(major) };
  throw noJava(`${name ? `Java ${name}` : `a java that says ${said.split('\n')[0]}`} in ${place}`);
}

function noJava(got: string): MissingEngine {
  return new MissingEngine('Java for Apache Kafka', got, `Java ${least_java} or newer`, `${javaHint()}, or set JAVA_HOME to one`);
}

function javaHint(): string {
  if (process.platform === 'darwin') return 'run brew install openjdk@17';
  return process.platform === 'win32' ? 'run winget install EclipseAdoptium.Temurin.17.JRE' : 'run apt-get install openjdk-17-jre-headless';
}

async function onPath(program: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return null;
}

/** Homebrew keeps the jars below libexec. */
async function inFolder(home: string, source: string): Promise<Unpacked> {
  for (const libs of [join(home, 'libs'), join(home, 'libexec', 'libs')]) {
    const names = await readdir(libs).catch(() => []);
    const version = names.map((name) => /^kafka_2\.\d+-(\d+\.\d+\.\d+)\.jar$/.exec(name)?.[1]).find(Boolean);
    if (!version) continue;
    if (Number.parseInt(version, 10) >= least_kafka) return { home, version, classpath: join(libs, '*') };
    throw notKafka(`Apache Kafka ${version} in ${home}`, source);
  }
  throw notKafka(`no libs/kafka_2.*.jar in ${home}`, source);
}

function notKafka(got: string, source: string): MissingEngine {
  return new MissingEngine(
    source,
    got,
    `an unpacked Apache Kafka ${least_kafka} or newer`,
    `point it at one, or leave it out and Apache Kafka ${pinned} is installed`,
  );
}
