import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, victimsOf } from '../../core/admission.ts';
import type { Drill } from '../../core/drill.ts';
import type { Decision } from '../../core/record.ts';
import { admitLoss } from '../../core/ruling.ts';
import type { AuroraTopology } from '../../core/topology.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { auroraNoReaderTwin } from '../../drills/aurora-no-reader-twin.ts';
import { auroraQuorumLoss } from '../../drills/aurora-quorum-loss.ts';
import { auroraZoneLoss } from '../../drills/aurora-zone-loss.ts';
import { drills } from '../../drills/index.ts';
import { aTopology } from './a-record.ts';

const view = aTopology();
const admits = (decisions: Decision[]) => decisions.length > 0 && decisions.every((decision) => decision.admit);
const refusals = (drill: Drill, topology: AuroraTopology, stage: Decision['stage'] = 'preflight', at = topology.observed_at) =>
  admit(drill, topology, stage, at).flatMap((decision) => (decision.admit ? [] : [decision.inequality]));
const sick = (...names: string[]): AuroraTopology => ({
  ...view,
  members: view.members.map((member) => (names.includes(member.name) ? { ...member, healthy: false } : member)),
});

describe('admission', () => {
  test('prints the loss as it is computed', () => {
    const decisions = admit(auroraFailover, view, 'readmission', view.observed_at + 100);
    expect(admits(decisions)).toBe(true);
    expect(decisions.at(-1)).toEqual({
      at: view.observed_at + 100,
      stage: 'readmission',
      admit: true,
      margin: 1,
      victims: ['pg-1'],
      inequality: '6 copies, write quorum 4, healthy 6: after losing 1, 5 >= 4: admit (margin 1)',
    });
    expect(decisions.map((decision) => decision.inequality)).toContain('6 instances: readers to promote 5 >= 1: admit');
  });

  // Raft's and Kafka's shapes, as their operators decide them (cluster-etcd-operator#485, node-healthcheck-operator#272).
  test.each<[string, string, number, number, number, string]>([
    ['5 voters', 'quorum', 3, 4, 1, '5 voters, quorum 3, healthy 4: after losing 1, 3 >= 3: admit (margin 0)'],
    ['5 voters', 'quorum', 3, 3, 1, '5 voters, quorum 3, healthy 3: after losing 1, 2 < 3: refuse'],
    ['4 voters', 'quorum', 3, 4, 2, '4 voters, quorum 3, healthy 4: after losing 2, 2 < 3: refuse'],
    ['topic orders p7', 'min ISR', 2, 2, 1, 'topic orders p7, min ISR 2, healthy 2: after losing 1, 1 < 2: refuse'],
  ])('%s, %s %i, healthy %i, losing %i', (group, name, quorum, healthy, losing, inequality) => {
    expect(admitLoss(group, name, quorum, healthy, losing)).toEqual({ admits: inequality.includes('admit'), inequality });
  });

  test('losing one more never turns a refusal into admission, and one at a time is a loss of one', () => {
    const small = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(small, small, small, (quorum, healthy, losing) => {
        const [now, worse] = [losing, losing + 1].map((lost) => admitLoss('a group', 'quorum', quorum, healthy, lost).admits);
        expect(worse && !now).toBe(false);
      }),
    );
  });

  test('one instance has nobody to promote', () => {
    const alone: AuroraTopology = {
      ...view,
      members: view.members.slice(0, 1),
      write_quorum: 1,
      read_quorum: 1,
      commit: { mode: 'asynchronous' },
    };
    expect(refusals(auroraNoReaderTwin, alone)).toEqual([
      '1 instance: readers to promote 0 < 1: refuse',
      '1 copy, write quorum 1, healthy 1: after losing 1, 0 < 1: refuse',
    ]);
  });

  test.each<[string, Drill, AuroraTopology, string]>([
    [
      'two writers',
      auroraFailover,
      { ...view, members: view.members.map((member, i) => (i === 1 ? { ...member, role: 'writer' } : member)) },
      '2 writers: 2 != 1: refuse',
    ],
    [
      'no writer',
      auroraFailover,
      { ...view, members: view.members.map((member) => ({ ...member, role: 'reader' })) },
      '0 writers: 0 != 1: refuse',
    ],
    [
      'weaker than declared',
      auroraFailover,
      { ...view, commit: { mode: 'asynchronous' } },
      'observed against declared, write quorum 1 < 4: refuse',
    ],
    [
      'fewer copies than declared',
      auroraFailover,
      { ...view, members: view.members.slice(0, 5) },
      'observed against declared, copies 5 < 6: refuse',
    ],
    [
      'fewer zones than declared',
      auroraZoneLoss,
      { ...view, members: view.members.map((member) => ({ ...member, zone: member.zone === 'zone-c' ? 'zone-b' : member.zone })) },
      'observed against declared, zones 2 < 3: refuse',
    ],
    ['a spare already used', auroraFailover, sick('pg-5', 'pg-6'), '6 copies, write quorum 4, healthy 4: after losing 1, 3 < 4: refuse'],
    ['a zone too much', auroraZoneLoss, sick('pg-6'), '6 copies, write quorum 4, healthy 5: after losing 2, 3 < 4: refuse'],
    [
      'nobody publishes timings',
      auroraFailover,
      { ...view, controller: null },
      'expected recovery unknown, limit 10,000 ms: no controller publishes its timings: refuse',
    ],
    [
      'too slow by its own settings',
      { ...auroraFailover, limits: { recovery_ms: 1_700 } },
      view,
      'expected recovery at most 1,750 ms, limit 1,700 ms: 1,750 > 1,700: refuse',
    ],
  ])('refuses: %s', (_, drill, topology, inequality) => {
    expect(refusals(drill, topology)).toContain(inequality);
  });

  test('a sick member lowers the margin by one', () => {
    const margins = [view, sick('pg-6')].map((topology) => admit(auroraFailover, topology, 'plan', 0)[0]?.margin);
    expect(margins).toEqual([1, 0]);
  });

  test.each([
    [5_000, true],
    [5_001, false],
    [-5_001, false],
  ])('a view %i ms old at re-admission: %s', (age_ms, fine) => {
    expect(admits(admit(auroraFailover, view, 'readmission', view.observed_at + age_ms))).toBe(fine);
    expect(admits(admit(auroraFailover, view, 'preflight', view.observed_at + age_ms))).toBe(true);
  });

  test('a negative drill wants the write quorum lost and the read quorum kept', () => {
    const inequality =
      '6 copies, healthy 6: after losing 3, the drill wants 3 < write quorum 4, which is so, and read quorum kept, 3 >= 3: admit';
    expect(admit(auroraQuorumLoss, view, 'plan', 0).at(-1)).toMatchObject({
      admit: true,
      margin: -1,
      victims: ['pg-2', 'pg-3', 'pg-4'],
      inequality,
    });
    const harmless: Drill = { ...auroraQuorumLoss, fault: { kind: 'zone-loss', plus_copies: 0, returns_after_s: 5, returning: 1 } };
    expect(refusals(harmless, view)).toEqual([
      '6 copies, healthy 6: after losing 2, the drill wants 4 < write quorum 4, which is not so, and read quorum kept, 4 >= 3: refuse',
    ]);
    expect(refusals(auroraQuorumLoss, sick('pg-6'))).toEqual([
      '6 copies, healthy 5: after losing 3, the drill wants 2 < write quorum 4, which is so, and read quorum kept, 2 < 3: refuse',
    ]);
  });

  test('every Aurora drill is admitted where there are six copies in three zones', () => {
    const refused = drills
      .filter((drill) => drill.store === 'aurora')
      .filter((drill) => !admits(admit(drill, { ...view, observed_at: 0 }, 'readmission', 0)))
      .map((drill) => drill.name);
    expect(refused).toEqual([]);
  });
});

describe('victims', () => {
  test('ordinal-1-is-not-10: names are whole, and numbers order as numbers', () => {
    const members = Array.from({ length: 12 }, (_, i) => ({
      name: `pg-${i + 1}`,
      zone: `az-${(i % 3) + 1}`,
      role: i === 9 ? ('writer' as const) : ('reader' as const),
      healthy: true,
    }));
    expect(victimsOf(auroraFailover, { ...view, members })).toEqual(['pg-10']);
    // pg-10 is in az-1, so az-2 goes, and the extra copy is pg-1.
    expect(victimsOf(auroraQuorumLoss, { ...view, members })).toEqual(['pg-1', 'pg-2', 'pg-5', 'pg-8', 'pg-11']);
  });

  test('do not depend on the order in which members are listed, and never hold the writer of a zone loss', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(view.members, { minLength: 6, maxLength: 6 }), (members) => {
        expect(victimsOf(auroraQuorumLoss, { ...view, members })).toEqual(['pg-2', 'pg-3', 'pg-4']);
      }),
    );
  });

  test('are nobody where every zone holds a writer, which is refused', () => {
    const members = view.members.map((member) => ({ ...member, zone: 'zone-a' }));
    expect(victimsOf(auroraZoneLoss, { ...view, members })).toEqual([]);
    expect(refusals(auroraZoneLoss, { ...view, members })).toContain('zone-loss hits nobody: 0 < 1: refuse');
  });
});
