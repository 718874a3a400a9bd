import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EtcdDrill, EtcdFault } from '../../core/drill.ts';
import { etcdLeaderLoss } from '../../drills/etcd-leader-loss.ts';
import type { EtcdCluster } from '../../lab/etcd/cluster.ts';
import { put } from '../../lab/etcd/members.ts';
import { inLab, plannedEtcd } from '../../lab/etcd.ts';
import { LabFaults } from '../../lab/faults.ts';
import { identify, processes } from '../../lab/process.ts';
import type { Experiment, RunRow } from '../../lambdas/tools.ts';
import { clock, until } from './a-cluster.ts';
import { startedEtcd } from './etcd-started.ts';

const row = { run: 'r1', claimed_at: 0 } as RunRow;
let cluster: EtcdCluster;
let stop: () => Promise<void>;
let leader: string;
let followers: string[];
let tokens = 0;

beforeAll(async () => {
  ({ cluster, stop } = await startedEtcd());
});
afterAll(() => stop());
beforeEach(async () => {
  await cluster.restore();
  cluster.events.length = 0;
  leader = (await cluster.observe()).leader ?? '';
  followers = cluster.members.map(({ name }) => name).filter((name) => name !== leader);
});

const what = (): string[] => cluster.events.map((event) => event.what).filter((name) => name !== 'leader-elected');
const healthy = async (): Promise<string[]> => (await cluster.observe()).members.filter((member) => member.healthy).map(({ name }) => name);

async function begun(fault: EtcdFault, victims: string[], rig: EtcdDrill['rig'] = {}) {
  tokens += 1;
  const drill: EtcdDrill = { ...etcdLeaderLoss, fault, rig };
  const faults = new LabFaults({ cluster: inLab(cluster), clock, drills: [drill], victims: async () => victims });
  const order = { ClientToken: `x/${tokens}`, ExperimentTemplateId: drill.name, Tags: { run: 'r1' } };
  const { Experiment: started } = await faults.startExperiment(order);
  return { faults, id: started.Id };
}

/** Starts and waits for the end of the experiment's own course. */
async function carriedOut(fault: EtcdFault, victims: string[], rig: EtcdDrill['rig'] = {}): Promise<[Experiment, LabFaults]> {
  const { faults, id } = await begun(fault, victims, rig);
  let seen: Experiment | undefined;
  await until(async () => {
    seen = await faults.get(id);
    return seen?.end_at !== null;
  });
  if (!seen) throw new Error('no experiment');
  return [seen, faults];
}

describe('each fault does what it says, to whom it was told', () => {
  test('leader-kill: down until healing', async () => {
    const [experiment, faults] = await carriedOut({ kind: 'leader-kill' }, [leader]);
    expect(experiment).toMatchObject({ status: 'completed', reason: '', actions: [{ name: 'leader-kill', targets: [leader] }] });
    expect(cluster.member(leader).server.process).toBeNull();
    await until(async () => (await healthy()).length === 2);
    expect((await healthy()).sort()).toEqual(followers);
    await faults.undo(row);
    expect(what()).toEqual(['fault-started', 'member-lost', 'fault-confirmed', 'fault-ended', 'member-back']);
    expect(await healthy()).toHaveLength(3);
  });

  test('leader-handover: the leader is asked, moves its leadership and stays down until healing', async () => {
    const [experiment, faults] = await carriedOut({ kind: 'leader-handover' }, [leader]);
    expect(experiment).toMatchObject({ status: 'completed' });
    expect(cluster.events.find((event) => event.what === 'member-lost')?.text).toBe(`${leader} has stopped`);
    expect(followers).toContain((await cluster.observe()).leader);
    await faults.undo(row);
    expect(what()).toEqual(['fault-started', 'member-stopping', 'member-lost', 'fault-confirmed', 'fault-ended', 'member-back']);
  });

  test('leader-freeze: stands still, is replaced, goes on and follows', async () => {
    const { pid } = cluster.member(leader).server.process!;
    const over = carriedOut({ kind: 'leader-freeze', thaw_after_s: 4 }, [leader]);
    await until(() => what().includes('fault-confirmed'));
    expect((await processes()).find((process) => process.pid === pid)?.stopped).toBe(true);
    expect((await over)[0]).toMatchObject({ status: 'completed' });
    expect(what()).toEqual(['fault-started', 'fault-confirmed', 'fault-ended', 'member-back']);
    expect(await identify(pid)).toEqual(cluster.member(leader).server.process);
    expect(followers).toContain((await cluster.observe()).leader);
  });

  test('leader-freeze, ended by a stop', async () => {
    const { faults, id } = await begun({ kind: 'leader-freeze', thaw_after_s: 3600 }, [leader]);
    await until(() => what().includes('fault-confirmed'));
    await faults.stop(id);
    await faults.undo(row);
    expect(await faults.get(id)).toMatchObject({ status: 'stopped' });
    expect(await healthy()).toHaveLength(3);
  });

  test('member-roll: one step is one member, back before it ends', async () => {
    const [victim = ''] = followers;
    const [experiment] = await carriedOut({ kind: 'member-roll', down_s: 0.2 }, [victim]);
    expect(experiment).toMatchObject({ status: 'completed' });
    expect(what()).toEqual(['fault-started', 'member-stopping', 'member-lost', 'fault-confirmed', 'fault-ended', 'member-back']);
    expect(cluster.events.map(({ who }) => who)).toEqual(Array(6).fill(victim));
    expect(await healthy()).toHaveLength(3);
  });

  test('majority-kill: no leader, then as many return as are told, and there is one again', async () => {
    const victims = [leader, followers[0] ?? ''];
    const over = carriedOut({ kind: 'majority-kill', returns_after_s: 4, returning: 1 }, victims);
    await until(async () => what().includes('fault-confirmed') && (await cluster.observe()).leader === null);
    expect((await over)[0]).toMatchObject({ status: 'completed' });
    expect(what()).toEqual(['fault-started', 'member-lost', 'member-lost', 'fault-confirmed', 'fault-ended', 'member-back']);
    expect(await healthy()).toHaveLength(2);
  });

  test('voters-kill: exactly those', async () => {
    const [experiment] = await carriedOut({ kind: 'voters-kill', count: 1 }, followers.slice(0, 1));
    expect(experiment).toMatchObject({ status: 'completed' });
    expect(cluster.members.filter(({ server }) => server.process === null).map(({ name }) => name)).toEqual(followers.slice(0, 1));
  });
});

test('an action that hits nobody completes, is told by nothing, and breaks nothing', async () => {
  const before = cluster.processes();
  const [experiment] = await carriedOut({ kind: 'leader-kill' }, [leader], { hit_nobody: true });
  expect(experiment).toMatchObject({ status: 'completed', actions: [{ targets: [leader] }] });
  expect(cluster.events).toEqual([]);
  expect(cluster.processes()).toEqual(before);
});

test('without a target it fails and breaks nothing', async () => {
  const before = cluster.processes();
  expect((await carriedOut({ kind: 'leader-kill' }, []))[0]).toMatchObject({ status: 'failed', reason: 'no target was resolved' });
  expect(cluster.processes()).toEqual(before);
});

test('the endpoints are the voters, and the planned topology is the one that is there', async () => {
  const { endpoints, engine } = inLab(cluster);
  if (endpoints.store !== 'etcd') throw new Error(endpoints.store);
  for (const { name, url } of endpoints.members) await put({ url, credentials: null }, name, url, 1_000);
  expect(engine).toEqual({ name: 'etcd', version: expect.stringMatching(/^3\.\d+\.\d+$/) });
  const planned = plannedEtcd(etcdLeaderLoss, 0);
  expect(planned.members).toEqual((await cluster.observe()).members);
  expect(planned).toMatchObject({ heartbeat_ms: 100, election_timeout_ms: 1000, observed_at: 0 });
});
