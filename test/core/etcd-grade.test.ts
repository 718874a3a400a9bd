import { describe, expect, test } from 'vitest';
import type { Drill } from '../../core/drill.ts';
import { grade } from '../../core/grade.ts';
import type { Record } from '../../core/record.ts';
import { parseRecordText } from '../../core/record-schema.ts';
import type { Report } from '../../core/report.ts';
import { etcdTruncatedSnapshotTwin } from '../../drills/etcd-truncated-snapshot-twin.ts';
import { drills } from '../../drills/index.ts';
import {
  aCorruptSnapshot,
  aFreeze,
  aHandover,
  aLeaderLoss,
  anEvenRefusal,
  anUnseenFault,
  aQuorumLoss,
  aRestore,
  aRoll,
  aStaleRestore,
} from './etcd-stories.ts';

const drillOf = (record: Record): Drill => {
  const drill = drills.find(({ name }) => name === record.drill);
  if (drill === undefined) throw new Error(`no drill ${record.drill}`);
  return drill;
};
const graded = (record: Record): Report => grade(drillOf(record), record);
const checkOf = (report: Report, name: string) => report.checks.find((check) => check.name === name);
const flipped = 'the snapshot with sha256 c0ffee does not restore: Error: snapshot missing hash';
const truncated = "the snapshot with sha256 c0ffee does not restore: etcd's own tool crashed (SIGBUS: bus error)";

test.each([
  ['short', 200, 'pass', 'B'],
  ['beyond the limit', 2_300, 'fail', 'D'],
])('a second gap, nine seconds after a hand-over and %s, is judged by itself', (_, length_ms, verdict, letter) => {
  const record = aHandover(undefined, 28_000);
  const began_at = record.experiments[0]!.start_at! + 9_000;
  for (const lane of record.probe.lanes.filter(({ kind }) => kind === 'service')) {
    const first = { start: [began_at - 9_000, began_at - 8_990], end: [began_at - 8_980, began_at - 8_960], attempts: 1 } as const;
    lane.outages = [
      { ...first, start: [...first.start], end: [...first.end] },
      { start: [began_at, began_at + 10], end: [began_at + length_ms, began_at + length_ms + 20], attempts: 4 },
    ];
  }
  const report = graded(record);
  expect(checkOf(report, 'writes-never-stop')).toMatchObject({ verdict });
  expect([report.verdict, report.grade]).toEqual([verdict, letter]);
});

describe('an etcd drill', () => {
  test.each<[string, Record, string, string | null, string]>([
    ['a leader lost', aLeaderLoss(), 'pass', 'A', 'every promise held'],
    ['a leader that hands over', aHandover(), 'pass', 'A', 'every promise held'],
    ['a frozen leader', aFreeze(), 'pass', 'A', 'every promise held'],
    ['a majority lost', aQuorumLoss(), 'pass', 'A', 'every promise held'],
    ['a restore', aRestore(), 'pass', 'A', 'every promise held'],
    ['a flipped byte', aCorruptSnapshot(flipped), 'fail', 'F', 'sha256 c0ffeec0ffeec0ff refused: the snapshot with sha256 c0ffee'],
    ['a cut snapshot', aCorruptSnapshot(truncated, etcdTruncatedSnapshotTwin), 'fail', 'F', "etcd's own tool crashed (SIGBUS"],
    ['an old snapshot', aStaleRestore(), 'fail', 'F', 'rpo: 20.3 s and 2,030 revisions'],
    ['a fault that nobody saw', anUnseenFault(), 'inconclusive', 'C', 'not seen: leader-changed, members-lost, writes-disturbed'],
    ['two of four', anEvenRefusal(), 'inconclusive', null, '4 voters, quorum 3, healthy 4: after losing 2, 2 < 3: refuse'],
  ])('%s ends as its drill says', (_, record, verdict, letter, why) => {
    const report = graded(record);
    expect([report.verdict, report.grade, report.as_expected]).toEqual([verdict, letter, true]);
    expect(report.why).toContain(why);
  });

  test.each([aLeaderLoss(), aRoll(), aQuorumLoss(), aRestore(), aCorruptSnapshot(flipped), anEvenRefusal()])(
    'the record of $drill is read as it was written',
    (record) => {
      expect(parseRecordText(JSON.stringify(record))).toEqual(record);
    },
  );

  test('a roll elects once, loses nothing and lets no write wait', () => {
    const report = graded(aRoll());
    const named = ['fault-observed', 'no-acknowledged-write-lost', 'reads-linearizable', 'no-election-storm', 'writes-never-stop'];
    expect(named.map((name) => checkOf(report, name)?.verdict)).toEqual(named.map(() => 'pass'));
    expect(checkOf(report, 'no-election-storm')?.got).toBe('1 election, at least 1');
  });

  test.each<[string, number[], string]>([
    ['one more than it must, a split vote', [29_060, 30_000], 'pass'],
    ['one at every step and more', [5_100, 17_100, 29_060], 'fail'],
    ['none, though the leader was restarted', [], 'inconclusive'],
  ])('elections of a roll: %s', (_, elections, verdict) => {
    expect(checkOf(graded(aRoll(undefined, elections)), 'no-election-storm')?.verdict).toBe(verdict);
  });

  test('elections after healing began are its own', () => {
    const report = graded(
      aRoll((record) => {
        const { servers } = record.probe.lanes[0]!;
        const healing_at = record.events.find(({ what }) => what === 'healing')!.at;
        servers.push({ ...servers.at(-1)!, server: 'etcd-3@9', first_done_at: healing_at + 1, last_send_at: healing_at + 500 });
      }),
    );
    expect(checkOf(report, 'no-election-storm')?.got).toBe('1 election, at least 1');
  });

  test('an answer in flight at the fault may tell the later term, and is no sign of an election before it', () => {
    const report = graded(
      aHandover((record) => {
        const server = record.probe.lanes.find(({ lane }) => lane === 'reads#0')!.servers.at(-1)!;
        const fault_at = record.experiments[0]!.start_at!;
        Object.assign(server, { first_send_at: fault_at - 21, first_done_at: fault_at + 30 });
      }),
    );
    expect([report.grade, checkOf(report, 'fault-observed')?.verdict]).toEqual(['A', 'pass']);
  });

  test('an election before the fault is none of its doing', () => {
    const record = anUnseenFault();
    for (const { servers } of record.probe.lanes)
      for (const server of servers) {
        server.server = server.server.replace('@2', '@7');
        server.first_send_at = record.started_at + 4_000;
      }
    expect(checkOf(graded(record), 'fault-observed')?.got).toContain('not seen: leader-changed');
  });

  test('a member of a roll that never had its turn is not seen', () => {
    const report = graded(aRoll((record) => Object.assign(record, { victims: ['etcd-2', 'etcd-3'] })));
    expect(checkOf(report, 'fault-observed')?.got).toBe('not seen: every-member-rolled');
  });

  test('a stale linearizable read fails, whatever else went well, and says when', () => {
    const report = graded(
      aLeaderLoss((record) => {
        const lane = record.probe.lanes.find(({ lane }) => lane === 'reads#1')!;
        const first = { at: record.experiments[0]!.start_at! + 1_400, wanted: 250, got: 243 };
        lane.stale_reads = { compared: 160, count: 2, first, last_at: first.at + 10 };
      }),
    );
    expect(report.grade).toBe('F');
    expect(checkOf(report, 'reads-linearizable')?.got).toMatch(/^2 stale reads of \d+: first 243 where 250 was known, 1,400 ms after/);
  });

  test('serializable reads that were behind are a finding alone', () => {
    const report = graded(
      aLeaderLoss((record) => {
        const lane = record.probe.lanes.find(({ lane }) => lane === 'etcd-3#0')!;
        lane.stale_reads = {
          compared: 80,
          count: 5,
          first: { at: record.started_at + 5_100, wanted: 9, got: 7 },
          last_at: record.started_at + 5_100,
        };
      }),
    );
    expect(report.grade).toBe('A');
    expect(report.findings.join()).toMatch(/5 of \d+ serializable reads were behind/);
  });

  test('reads that compared nothing prove nothing', () => {
    const report = graded(
      aLeaderLoss((record) => {
        for (const lane of record.probe.lanes) delete lane.stale_reads;
      }),
    );
    expect(checkOf(report, 'reads-linearizable')?.verdict).toBe('inconclusive');
    expect(report.grade).toBe('C');
  });
});

describe('below quorum', () => {
  test('a linearizable read that is answered is of the past, though writes stopped', () => {
    const answering = aQuorumLoss(undefined, { down: null, gone: { 'etcd-1': [5_055, 13_900] } });
    const report = graded(
      aQuorumLoss((record) => {
        const reads = answering.probe.lanes.filter(({ kind }) => kind === 'read');
        record.probe.lanes = [...record.probe.lanes.filter(({ kind }) => kind !== 'read'), ...reads];
      }),
    );
    expect(report.grade).toBe('F');
    expect(checkOf(report, 'reads-stop-below-quorum')?.got).toBe('reads/even was answered below quorum');
    expect(checkOf(report, 'nothing-accepted-below-quorum')?.verdict).toBe('pass');
  });

  test('a write that is accepted is F', () => {
    const report = graded(aQuorumLoss(undefined, { down: [5_055, 9_000] }));
    expect(report.grade).toBe('F');
    expect(checkOf(report, 'nothing-accepted-below-quorum')?.verdict).toBe('fail');
  });

  test('a survivor whose serializable reads stop as well is D; those that were killed are not asked', () => {
    const report = graded(
      aQuorumLoss(undefined, {
        gone: { 'etcd-1': [5_055, 13_900], 'etcd-2': [5_055, 999_999], 'etcd-3': [6_000, 12_000] },
      }),
    );
    expect(checkOf(report, 'reads-answer')?.verdict).toBe('fail');
    expect(report.grade).toBe('D');
  });

  test('recovery counts from the return of a voter, and how long writes stopped is told', () => {
    const { recovery } = graded(aQuorumLoss());
    expect(recovery?.lo_ms).toBeGreaterThan(1_300);
    expect(recovery?.hi_ms).toBeLessThan(1_500);
    expect(recovery?.stopped?.lo_ms).toBeGreaterThan(9_300);
  });
});

describe('the steps of a recovery', () => {
  const stepsOf = (record: Record) => graded(record).recovery?.steps.map(({ name, from_ms, to_ms }) => [name, from_ms, to_ms]);
  const first = expect.any(Number);

  test.each<[string, Record, [string, number, number][]]>([
    [
      'a leader lost: from the kill',
      aLeaderLoss(),
      [
        ['leader elected', 0, 1_350],
        ['first write acknowledged', 1_350, first],
      ],
    ],
    [
      'a majority lost: from the return of a voter',
      aQuorumLoss(),
      [
        ['voter back', 0, 800],
        ['leader elected', 800, 1_390],
        ['first write acknowledged', 1_390, first],
      ],
    ],
    [
      'a restore: from the destruction, not from the save before it',
      aRestore(),
      [
        ['members lost with their data', 0, 60],
        ['leader elected', 60, 1_760],
        ['first write acknowledged', 1_760, first],
      ],
    ],
    ['a roll that no write noticed', aRoll(), []],
  ])('%s', (_, record, steps) => {
    expect(stepsOf(record)).toEqual(steps);
  });
});
