import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Artifact, artifacts } from '../../lab/kafka/artifacts.ts';
import { describeKafka, findJava, findKafka } from '../../lab/kafka/binaries.ts';
import { install, jarName } from '../../lab/kafka/install.ts';
import { MissingEngine } from '../../lab/missing-engine.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'drill-install-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

test('the manifest names each jar once, by a version, a sha256 and a length', () => {
  const shape = /^[\w.-]+:[\w.-]+:[\w.-]+$/;
  expect(artifacts.filter(([name, sha256, bytes]) => shape.test(name) && /^[0-9a-f]{64}$/.test(sha256) && bytes > 0)).toHaveLength(
    artifacts.length,
  );
  expect(new Set(artifacts.map(jarName)).size).toBe(artifacts.length);
  expect(artifacts.map(([name]) => name.split(':')[1])).toContain('kafka_2.13');
});

describe('what is downloaded', () => {
  const whole = Buffer.from('a jar, so to speak'.repeat(1_000));
  const sha256 = createHash('sha256').update(whole).digest('hex');
  const artifact: Artifact = ['org.example:thing:1.0', sha256, whole.length];
  const place = '/org/example/thing/1.0/thing-1.0.jar';
  let server: Server;
  let base: string;
  let asked: string[];
  /** What the next answers are; the last one stays. */
  let answers: ('whole' | 'half' | 'other' | 'missing')[];

  beforeEach(async () => {
    asked = [];
    answers = ['whole'];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === 'missing') response.writeHead(404).end();
      else if (answer === 'other') response.end(Buffer.alloc(whole.length, 'x'));
      else if (answer === 'whole') response.end(whole);
      else {
        response.writeHead(200, { 'content-length': whole.length });
        response.write(whole.subarray(0, 5_000), () => response.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const path = (): string => join(scratch, 'thing-1.0.jar');
  const kept = (): Promise<string[]> => readdir(scratch);

  test('comes once, is checked, and is not asked for again', async () => {
    expect(await install([artifact], scratch, base)).toEqual([path()]);
    await install([artifact], scratch, `${base}/`);
    expect(asked).toEqual([place]);
    expect(await readFile(path())).toEqual(whole);
    expect(await kept()).toEqual(['thing-1.0.jar']);
  });

  test('half a jar is downloaded again, whether it broke off now or was left by an earlier program', async () => {
    answers = ['half', 'half', 'whole'];
    await install([artifact], scratch, base);
    expect(asked).toHaveLength(3);
    await writeFile(path(), whole.subarray(0, 100));
    await writeFile(`${path()}.0123.part`, whole.subarray(0, 100));
    await install([artifact], scratch, base);
    expect(asked).toHaveLength(4);
    expect(await readFile(path())).toEqual(whole);
  });

  test('a jar that never comes whole is named, and nothing of it is kept', async () => {
    answers = ['half'];
    await expect(install([artifact], scratch, base)).rejects.toThrow(`Apache Kafka: got no ${base}${place} (`);
    expect(asked).toHaveLength(3);
    expect(await kept()).toEqual([]);
  });

  test('a checksum that is another is an error that names the file, what came and what was wanted', async () => {
    answers = ['other'];
    const other = createHash('sha256').update(Buffer.alloc(whole.length, 'x')).digest('hex');
    const failed = install([artifact], scratch, base);
    await expect(failed).rejects.toBeInstanceOf(MissingEngine);
    await expect(failed).rejects.toThrow(
      `checksum of ${base}${place}: got sha256 ${other} of ${whole.length} bytes, wanted sha256 ${sha256} of ${whole.length} bytes; nothing of it was kept`,
    );
    expect(await kept()).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test('what the mirror does not have is named with it, and what else there is to do', async () => {
    answers = ['missing'];
    await expect(install([artifact], scratch, base)).rejects.toThrow(
      `Apache Kafka: got no ${base}${place} (HTTP 404), wanted its jars from Maven Central; set KAFKA_HOME to an unpacked Apache Kafka 4, or DRILL_MAVEN`,
    );
  });

  test('two programs that install at once both have it whole', async () => {
    await Promise.all(Array.from({ length: 4 }, () => install([artifact], scratch, base)));
    expect(await kept()).toEqual(['thing-1.0.jar']);
    expect(await readFile(path())).toEqual(whole);
  });
});

describe('Java', () => {
  const wanted = 'wanted Java 17 or newer; ';
  const aJava = async (says: string): Promise<NodeJS.ProcessEnv> => {
    await mkdir(join(scratch, 'bin'), { recursive: true });
    await writeFile(join(scratch, 'bin/java'), `#!/bin/sh\necho '${says}' >&2\n`);
    await chmod(join(scratch, 'bin/java'), 0o755);
    return { JAVA_HOME: scratch };
  };

  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "21" 2023-09-19 LTS', 21],
  ])('%s is taken', async (says, java_version) => {
    expect(await findJava(await aJava(says))).toEqual({ java: join(scratch, 'bin/java'), java_version });
  });

  test.each([
    ['openjdk version "11.0.2" 2019-01-15', 'Java 11.0.2'],
    ['java version "1.8.0_392"', 'Java 1.8.0_392'],
    ['gij (GNU libgcj)', 'a java that says gij (GNU libgcj)'],
  ])('%s is wrong', async (says, got) => {
    const found = findKafka(await aJava(says));
    await expect(found).rejects.toBeInstanceOf(MissingEngine);
    await expect(found).rejects.toThrow(`Java for Apache Kafka: got ${got} in JAVA_HOME ${scratch}, ${wanted}`);
  });

  test('none is missing, with the command that installs it', async () => {
    await expect(findKafka({ PATH: scratch })).rejects.toThrow(
      /^Java for Apache Kafka: got no java on PATH, wanted Java 17 or newer; run \w+/,
    );
    await expect(findKafka({ PATH: scratch, JAVA_HOME: scratch })).rejects.toThrow(
      `got no java that runs in JAVA_HOME ${scratch} (ENOENT)`,
    );
  });

  test('an unpacked Kafka is taken by its jars, from KAFKA_HOME before PATH, and must be new enough', async () => {
    const env = await aJava('openjdk version "17.0.1"');
    const unpacked = async (name: string, version: string): Promise<string> => {
      const home = join(scratch, name);
      await mkdir(join(home, 'libs'), { recursive: true });
      await mkdir(join(home, 'bin'), { recursive: true });
      await writeFile(join(home, 'libs', `kafka_2.13-${version}.jar`), '');
      await writeFile(join(home, 'bin/kafka-server-start.sh'), '#!/bin/sh\n', { mode: 0o755 });
      return home;
    };
    const [chosen, onPath, old] = [await unpacked('chosen', '4.0.1'), await unpacked('found', '4.1.0'), await unpacked('old', '3.9.1')];
    const PATH = join(onPath, 'bin');
    expect(await findKafka({ ...env, PATH, KAFKA_HOME: chosen })).toMatchObject({
      home: chosen,
      version: '4.0.1',
      classpath: join(chosen, 'libs', '*'),
    });
    expect(await findKafka({ ...env, PATH })).toMatchObject({ home: onPath, version: '4.1.0' });
    expect(await describeKafka({ ...env, PATH })).toBe(`4.1.0 in ${onPath}; Java 17 at ${join(scratch, 'bin/java')}`);
    await expect(findKafka({ ...env, KAFKA_HOME: old })).rejects.toThrow(
      `KAFKA_HOME: got Apache Kafka 3.9.1 in ${old}, wanted an unpacked Apache Kafka 4 or newer`,
    );
    await expect(findKafka({ ...env, KAFKA_HOME: scratch })).rejects.toThrow(`KAFKA_HOME: got no libs/kafka_2.*.jar in ${scratch}`);
  });
});
