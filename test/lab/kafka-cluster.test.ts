import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { drillHome } from '../../lab/home.ts';
import { sweepJournals } from '../../lab/journal.ts';
import { inflict } from '../../lab/kafka/actions.ts';
import type { KafkaCluster } from '../../lab/kafka/cluster.ts';
import { ensureTopic } from '../../lab/kafka/topic.ts';
import { Wire } from '../../lab/kafka/wire.ts';
import { identify, processesIn } from '../../lab/process.ts';
import { aKafka, onBrokers } from './a-kafka.ts';
import { leftBehind } from './left-behind.ts';

const never = new AbortController().signal;

onBrokers('three brokers and three controllers', () => {
  let cluster: KafkaCluster;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ cluster, stop } = await aKafka());
  });
  beforeEach(async () => {
    await cluster.restore();
    cluster.events.length = 0;
  });
  afterAll(async () => {
    await stop();
    expect(await processesIn(cluster.folder)).toEqual([]);
    await expect(access(cluster.folder)).rejects.toThrow('ENOENT');
    await expect(access(cluster.journal.path)).rejects.toThrow('ENOENT');
  });

  const told = (): string[] => cluster.events.map(({ what, who }) => `${what} ${who}`);
  const leaders = async (): Promise<(number | null)[]> => (await cluster.partitions()).map(({ leader }) => leader);
  const isrs = async (): Promise<number[][]> => (await cluster.partitions()).map(({ isr }) => isr.toSorted());
  const healthy = async (): Promise<string[]> => (await cluster.observe()).members.filter((one) => one.healthy).map(({ name }) => name);

  test('are what the plan says, as they tell it themselves', async () => {
    const topology = await cluster.observe();
    expect(topology.members.map(({ name, zone, role, healthy }) => `${name} ${zone} ${role} ${healthy}`)).toEqual([
      'broker-1 a broker true',
      'broker-2 b broker true',
      'broker-3 c broker true',
      'controller-101 a controller true',
      'controller-102 b controller true',
      'controller-103 c controller true',
    ]);
    expect(topology.partitions.map(({ replicas, isr, leader }) => [replicas, isr.toSorted(), leader])).toEqual([
      [[1, 2, 3], [1, 2, 3], 1],
      [[2, 3, 1], [1, 2, 3], 2],
      [[3, 1, 2], [1, 2, 3], 3],
    ]);
    expect(topology).toMatchObject({ store: 'msk', topic: 'quorum-drill', min_isr: 2, unclean_election: false, elr: true });
    expect(topology).toMatchObject({ session_timeout_ms: 9_000, heartbeat_ms: 2_000, lag_time_ms: 30_000 });
    expect(topology.active_controller).toMatch(/^controller-10[123]$/);
    expect(cluster.version).toMatch(/^4\.\d+\.\d+$/);
  });

  test('one that has to be killed was not stopped in a controlled way, and that is an error', async () => {
    await cluster.server('broker-2').freeze();
    await expect(cluster.stopMember('broker-2', 300)).rejects.toThrow('broker-2 did not end when asked, and was killed');
    expect(told()).toEqual(['member-stopping broker-2', 'member-lost broker-2']);
  });

  test('one hands its leaderships over before it ends, and comes back into every ISR', async () => {
    await inflict(cluster, { kind: 'broker-restart', down_s: 0.5 }, ['broker-1'], never);
    expect(told()).toEqual([
      'fault-started broker-1',
      'member-stopping broker-1',
      'member-lost broker-1',
      'fault-confirmed broker-1',
      'fault-ended broker-1',
      'member-back broker-1',
    ]);
    expect(cluster.events[2]?.text).toBe('broker-1 ended in order');
    expect((await leaders())[0]).not.toBe(1);
    expect(await isrs()).toEqual(Array(3).fill([1, 2, 3]));
    await cluster.restore();
    expect(await leaders()).toEqual([1, 2, 3]);
  });

  test('one that is killed is fenced, leaves every ISR, and is brought back; once more changes nothing', async () => {
    await inflict(cluster, { kind: 'broker-kill', followers: 0 }, ['broker-2'], never);
    await cluster.until('broker 2 out of every ISR', async () => (await isrs()).every((isr) => !isr.includes(2)));
    expect(await healthy()).not.toContain('broker-2');
    expect((await leaders())[1]).toBe(3);
    await cluster.restore();
    expect(await isrs()).toEqual(Array(3).fill([1, 2, 3]));
    expect(await leaders()).toEqual([1, 2, 3]);
    expect(told()).toEqual(['fault-started broker-2', 'member-lost broker-2', 'fault-confirmed broker-2', 'member-back broker-2']);
    const before = cluster.processes();
    await cluster.restore();
    expect(cluster.processes()).toEqual(before);
    expect(told()).toHaveLength(4);
  });

  test('one that stands still is fenced, and goes on as if nothing had been', async () => {
    const frozen = cluster.server('broker-3');
    await frozen.freeze();
    await cluster.until('broker 3 out of every ISR', async () => (await isrs()).every((isr) => !isr.includes(3)));
    expect({ process: frozen.process === null, isUp: frozen.isUp }).toEqual({ process: false, isUp: false });
    await cluster.restore();
    expect(await healthy()).toHaveLength(6);
    expect(await isrs()).toEqual(Array(3).fill([1, 2, 3]));
    expect(told()).toEqual([]);
  });

  test('another controller is elected when the active one is killed, and no partition changes its leader', async () => {
    const before = await cluster.observe();
    const active = before.active_controller!;
    await inflict(cluster, { kind: 'controller-kill' }, [active], never);
    await cluster.until('another controller leads', async () => ![active, null].includes((await cluster.observe()).active_controller));
    await cluster.until('the election was told', async () => told().length === 4);
    expect(told()).toEqual([
      `fault-started ${active}`,
      `member-lost ${active}`,
      `fault-confirmed ${active}`,
      `controller-elected ${(await cluster.observe()).active_controller}`,
    ]);
    expect(await healthy()).not.toContain(active);
    expect((await cluster.partitions()).map(({ leader_epoch }) => leader_epoch)).toEqual(
      before.partitions.map(({ leader_epoch }) => leader_epoch),
    );
  });

  test('a controller is rolled until it follows its quorum again', async () => {
    const { active_controller } = await cluster.observe();
    const follower = cluster.controllers.find(({ name }) => name !== active_controller)!.name;
    await inflict(cluster, { kind: 'controller-roll', down_s: 0.2 }, [follower], never);
    expect(told()).toEqual(
      ['fault-started', 'member-stopping', 'member-lost', 'fault-confirmed', 'fault-ended', 'member-back'].map(
        (what) => `${what} ${follower}`,
      ),
    );
    expect(await healthy()).toContain(follower);
  });

  test('whoever is no member is refused before anything is touched, broker 10 too', async () => {
    const roll = async () => inflict(cluster, { kind: 'rack-kill' }, ['broker-1', 'broker-10'], never);
    await expect(roll()).rejects.toThrow(
      'no member broker-10; there are controller-101, controller-102, controller-103, broker-1, broker-2, broker-3',
    );
    expect(told()).toEqual([]);
    expect(await healthy()).toHaveLength(6);
  });

  test('a stopped fault goes no further, and what it did is undone', async () => {
    const stopped = new AbortController();
    const fault = inflict(cluster, { kind: 'broker-restart', down_s: 600 }, ['broker-1'], stopped.signal);
    await cluster.until('the fault is confirmed', async () => told().includes('fault-confirmed broker-1'));
    stopped.abort();
    await expect(fault).rejects.toThrow('aborted');
    expect(cluster.server('broker-1').process).toBe(null);
    await cluster.restore();
    expect(await leaders()).toEqual([1, 2, 3]);
  });

  test('a topic that exists with another replication factor is refused, the same one is taken', async () => {
    const wire = new Wire();
    const topic = { name: 'quorum-drill', min_isr: 2, unclean_election: false };
    const ask = (replicas: number[][]) =>
      wire.ask(cluster.server('broker-1').port, (connection) => ensureTopic(connection, { ...topic, replicas }));
    const same = (await cluster.partitions()).map(({ replicas }) => replicas);
    await ask(same);
    await expect(
      ask([
        [1, 2],
        [2, 3],
        [3, 1],
      ]),
    ).rejects.toThrow(
      'topic quorum-drill: got 3 partitions with replication factor 3, wanted 3 partitions with replication factor 2; delete it, or',
    );
    expect((await cluster.partitions()).map(({ replicas }) => replicas)).toEqual(same);
    wire.close();
  });
});

onBrokers('a program killed with a frozen broker', () => {
  let home: string;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'drill-home-'));
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  });

  test('leaves nothing behind once the next one has begun', async () => {
    child = spawn(process.execPath, [new URL('./starts-a-kafka.ts', import.meta.url).pathname], {
      env: { ...process.env, TMPDIR: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const died = once(child, 'exit').then(() => {
      throw new Error('the program ended before it had a cluster');
    });
    const [line] = (await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), died])) as [string];
    const { folder, pids } = JSON.parse(line) as { folder: string; pids: number[] };
    expect(pids).toHaveLength(3);
    child.kill('SIGKILL');
    await expect(died).rejects.toThrow('ended');
    const swept = await sweepJournals();
    expect(swept.removed).toContain(folder);
    expect(swept.killed).toEqual(expect.arrayContaining(pids));
    expect(await Promise.all(pids.map(identify))).toEqual([null, null, null]);
    expect(await leftBehind(drillHome())).toMatchObject({ processes: [] });
  });
});
