import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, marginAfter, stepsOf, victimsOf } from '../../core/admission.ts';
import { topologyFindings } from '../../core/described.ts';
import type { EtcdDrill, EtcdFault } from '../../core/drill.ts';
import { majority, spare } from '../../core/quorum.ts';
import type { EtcdTopology } from '../../core/topology.ts';
import { etcdEvenMembersTwin } from '../../drills/etcd-even-members-twin.ts';
import { etcdLeaderLoss } from '../../drills/etcd-leader-loss.ts';
import { etcdQuorumLoss } from '../../drills/etcd-quorum-loss.ts';
import { etcdRollingRestart } from '../../drills/etcd-rolling-restart.ts';
import { etcdSnapshotRestore } from '../../drills/etcd-snapshot-restore.ts';
import { drills } from '../../drills/index.ts';
import { anEtcdTopology } from './an-etcd-record.ts';

const view = anEtcdTopology();
const withSick = (topology: EtcdTopology, ...names: string[]): EtcdTopology => ({
  ...topology,
  members: topology.members.map((member) => ({ ...member, healthy: member.healthy && !names.includes(member.name) })),
});
const withLearners = (topology: EtcdTopology, count: number): EtcdTopology => ({
  ...topology,
  members: [
    ...topology.members,
    ...Array.from({ length: count }, (_, n) => ({ name: `etcd-${90 + n}`, zone: 'zone-a', role: 'learner' as const, healthy: true })),
  ],
});
/** A drill of this fault that declares the voters that are there. */
const drillOf = (topology: EtcdTopology, fault: EtcdFault): EtcdDrill => {
  const voters = topology.members.filter(({ role }) => role === 'voter').length;
  return { ...etcdLeaderLoss, fault, topology: { ...etcdLeaderLoss.topology, voters, zones: 1 } };
};
const refusals = (drill: EtcdDrill, topology: EtcdTopology) =>
  admit(drill, topology, 'preflight', topology.observed_at).flatMap(({ admit, inequality }) => (admit ? [] : [inequality]));
const lossOf = (drill: EtcdDrill, topology: EtcdTopology) => admit(drill, topology, 'preflight', topology.observed_at).at(-1)?.inequality;

describe('admission of an etcd drill', () => {
  test.each(drills.filter((drill) => drill.store === 'etcd'))('$name is admitted on what it declares, or refused as it must', (drill) => {
    const refused = refusals(drill, anEtcdTopology(drill.topology.voters));
    expect(refused.length > 0).toBe(drill.mustEnd.outcome === 'refused');
  });

  test.each<[string, EtcdDrill, EtcdTopology, string]>([
    ['the leader', etcdLeaderLoss, view, '3 voters, quorum 2, healthy 3: after losing 1, 2 >= 2: admit (margin 0)'],
    ['two of four', etcdEvenMembersTwin, anEtcdTopology(4), '4 voters, quorum 3, healthy 4: after losing 2, 2 < 3: refuse'],
    [
      'the leader, with one down already',
      etcdLeaderLoss,
      withSick(view, 'etcd-3'),
      '3 voters, quorum 2, healthy 2: after losing 1, 1 < 2: refuse',
    ],
    [
      'one of five, with one down already',
      drillOf(anEtcdTopology(5), { kind: 'leader-kill' }),
      withSick(anEtcdTopology(5), 'etcd-4'),
      '5 voters, quorum 3, healthy 4: after losing 1, 3 >= 3: admit (margin 0)',
    ],
    [
      'the majority, wanted',
      etcdQuorumLoss,
      view,
      '3 voters, healthy 3: after losing 2, the drill wants 1 < quorum 2, which is so, a survivor kept, 1 >= 1, and a quorum with the 1 that return, 2 >= 2: admit',
    ],
    [
      'everything, on purpose',
      etcdSnapshotRestore,
      view,
      'destroys the data of all 3 members on purpose and brings back what the snapshot holds, losing at most 20 s of writes; it is saved while a quorum answers, healthy 3 >= 2: admit',
    ],
    [
      'everything, without a quorum to save it',
      etcdSnapshotRestore,
      withSick(view, 'etcd-2', 'etcd-3'),
      'destroys the data of all 3 members on purpose and brings back what the snapshot holds, losing at most 20 s of writes; it is saved while a quorum answers, healthy 1 < 2: refuse',
    ],
  ])('prints the loss of %s', (_, drill, topology, inequality) => {
    expect(lossOf(drill, topology)).toBe(inequality);
  });

  test.each<[string, EtcdDrill, EtcdTopology, string]>([
    ['no leader', etcdLeaderLoss, { ...view, leader: null }, 'no leader in term 2: 0 != 1: refuse'],
    ['no leader to hit', etcdLeaderLoss, { ...view, leader: null }, 'leader-kill hits nobody: 0 < 1: refuse'],
    ['a voter less', etcdLeaderLoss, anEtcdTopology(2), 'observed against declared, voters 2 != 3: refuse'],
    ['a voter more, which only raises the quorum', etcdLeaderLoss, anEtcdTopology(4), 'observed against declared, voters 4 != 3: refuse'],
    [
      'fewer zones',
      etcdLeaderLoss,
      { ...view, members: view.members.map((member) => ({ ...member, zone: 'zone-a' })) },
      'observed against declared, zones 1 < 3: refuse',
    ],
    [
      'timeouts that allow no recovery within the limit',
      etcdLeaderLoss,
      { ...view, heartbeat_ms: 1_000, election_timeout_ms: 10_000 },
      'expected recovery at most 39,500 ms, limit 10,000 ms: 39,500 > 10,000: refuse',
    ],
    [
      'a roll with a sick voter',
      etcdRollingRestart,
      withSick(view, 'etcd-3'),
      'a roll waits for every voter, healthy 2 of 3: 2 < 3: refuse',
    ],
    [
      'too few that return',
      { ...etcdQuorumLoss, topology: { ...etcdQuorumLoss.topology, voters: 5 } },
      withSick(anEtcdTopology(5), 'etcd-3', 'etcd-4', 'etcd-5'),
      'a survivor kept, 1 >= 1, and a quorum with the 1 that return, 2 < 3: refuse',
    ],
  ])('tells: %s', (_, drill, topology, wanted) => {
    expect(
      admit(drill, topology, 'preflight', view.observed_at)
        .map(({ inequality }) => inequality)
        .join('\n'),
    ).toContain(wanted);
  });

  test.each<[string, EtcdFault, string[], string[]]>([
    ['the leader', { kind: 'leader-freeze', thaw_after_s: 1 }, [], ['etcd-1']],
    ['a majority, the leader first', { kind: 'majority-kill', returns_after_s: 1, returning: 1 }, [], ['etcd-1', 'etcd-2']],
    ['as many as said', { kind: 'voters-kill', count: 2 }, [], ['etcd-1', 'etcd-2']],
    ['the first of a roll', { kind: 'member-roll', down_s: 1 }, [], ['etcd-2']],
    ['the leader last', { kind: 'member-roll', down_s: 1 }, ['etcd-2', 'etcd-3'], ['etcd-1']],
    ['nobody after the last', { kind: 'member-roll', down_s: 1 }, ['etcd-2', 'etcd-3', 'etcd-1'], []],
    ['learners too, where all data goes', { kind: 'snapshot-restore', write_s: 1 }, [], ['etcd-1', 'etcd-2', 'etcd-3', 'etcd-90']],
  ])('hits %s', (_, fault, done, victims) => {
    expect(victimsOf(drillOf(view, fault), withLearners(view, 1), done)).toEqual(victims);
  });

  test('a roll has a step for each voter, none for a learner', () => {
    expect(stepsOf(etcdRollingRestart, withLearners(view, 2))).toBe(3);
    expect(stepsOf(etcdLeaderLoss, view)).toBe(1);
  });

  test('a sick voter is taken only once the healthy ones are gone', () => {
    expect(victimsOf(drillOf(view, { kind: 'voters-kill', count: 2 }), withSick(view, 'etcd-2'))).toEqual(['etcd-1', 'etcd-3']);
  });
});

describe("operators' rules", () => {
  // etcd-operator#399: minAvailable = members - (voters - quorum), so that many may go and no more.
  test.each([
    { voters: 3, learners: 0, minAvailable: 2 },
    { voters: 5, learners: 0, minAvailable: 3 },
    { voters: 3, learners: 1, minAvailable: 3 },
    { voters: 4, learners: 0, minAvailable: 3 },
    { voters: 1, learners: 0, minAvailable: 1 },
  ])('$voters voters and $learners learners keep $minAvailable', ({ voters, learners, minAvailable }) => {
    const topology = withLearners(anEtcdTopology(voters), learners);
    const may = voters + learners - minAvailable;
    for (let count = 1; count <= voters; count += 1)
      expect(refusals(drillOf(topology, { kind: 'voters-kill', count }), topology).length === 0).toBe(count <= may);
  });

  // cluster-etcd-operator#485: a restart is tolerated while more than a quorum is healthy.
  test.each([
    [3, 3, true],
    [3, 2, false],
    [5, 5, true],
    [5, 4, true],
    [5, 3, false],
    [4, 4, true],
    [4, 3, false],
    [2, 2, false],
    [1, 1, false],
  ])('%i voters, %i healthy: one may be restarted is %s', (voters, healthy, tolerated) => {
    const names = anEtcdTopology(voters)
      .members.slice(healthy)
      .map(({ name }) => name);
    const topology = withSick(anEtcdTopology(voters), ...names);
    expect(refusals(drillOf(topology, { kind: 'leader-handover' }), topology).length === 0).toBe(tolerated);
  });

  // node-healthcheck-operator#272, mended in #276: taking one that is down already takes nothing away.
  test('a member that is down already is no further loss', () => {
    const topology = withSick(view, 'etcd-3');
    expect(marginAfter(topology, ['etcd-3'])).toBe(marginAfter(topology, []));
    expect(marginAfter(topology, ['etcd-2'])).toBe(marginAfter(topology, []) - 1);
  });
});

describe('laws of voters', () => {
  const sizes = fc.integer({ min: 1, max: 9 });

  test('one more loss never turns a refusal into admission, and a learner never counts', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 4 }), (voters, count, learners) => {
        const topology = anEtcdTopology(voters);
        const admits = (lost: number, seen: EtcdTopology) =>
          refusals(drillOf(topology, { kind: 'voters-kill', count: lost }), seen).length === 0;
        expect(admits(count + 1, topology) && !admits(count, topology)).toBe(false);
        expect(admits(count, withLearners(topology, learners))).toBe(admits(count, topology));
      }),
    );
  });

  test('a majority loss leaves no quorum with the fewest, and every sick voter lowers the margin by one', () => {
    fc.assert(
      fc.property(sizes, fc.nat(8), (voters, sick) => {
        const down = anEtcdTopology(voters)
          .members.slice(1)
          .slice(0, sick)
          .map(({ name }) => name);
        const topology = withSick(anEtcdTopology(voters), ...down);
        expect(marginAfter(topology, [])).toBe(spare(voters) - down.length);
        const victims = victimsOf(drillOf(topology, { kind: 'majority-kill', returns_after_s: 1, returning: 1 }), topology);
        expect(marginAfter(topology, victims)).toBeLessThan(0);
        if (voters - down.length >= majority(voters)) expect(marginAfter(topology, victims)).toBe(-1);
      }),
    );
  });

  test('an even group is a finding, an odd one is none', () => {
    fc.assert(
      fc.property(sizes, (voters) => {
        expect(topologyFindings(anEtcdTopology(voters)).join().includes('tolerate no more losses')).toBe(voters % 2 === 0);
      }),
    );
    expect(topologyFindings(anEtcdTopology(4))).toEqual(['4 voters tolerate no more losses than 3 do: 1, with a larger quorum']);
  });
});
