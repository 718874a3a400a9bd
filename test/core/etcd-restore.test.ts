import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import type { Record, Restore } from '../../core/record.ts';
import { etcdSnapshotRestore } from '../../drills/etcd-snapshot-restore.ts';
import { STARTED_AT } from './an-etcd-record.ts';
import { aLeaderLoss, aRestore } from './etcd-stories.ts';

const graded = (record: Record) => grade(etcdSnapshotRestore, record);
const with_ = (changes: Partial<Restore>) => aRestore((record) => Object.assign(record.restore ?? {}, changes));
const checkOf = (record: Record, name: string) => graded(record).checks.find((check) => check.name === name);
/** When the snapshot was saved, the members lost and the first write back, milliseconds after the start. */
const [saved, lost] = [5_100, 9_400];

describe('a restored snapshot', () => {
  test('tells size, time, prediction and loss', () => {
    const { restore, ledger, findings } = graded(aRestore());
    expect(restore).toMatchObject({
      snapshot: { bytes: 6_000_000, keys: 20_400, revision: 800 },
      refused: null,
      predicted: { lo_ms: 330, hi_ms: 4_442 },
      rpo: { limit_s: 20, age_s: 4.3, revisions: 430 },
      verified_ms: 2_500,
    });
    expect(restore?.rto?.lo_ms).toBeGreaterThan(1_780);
    expect(restore?.rto?.hi_ms).toBeLessThan(1_870);
    expect(restore?.snapshot).not.toHaveProperty('saved_at');
    expect(ledger?.lost).toBe(428);
    expect(ledger?.lost_allowed).toEqual({
      count: 428,
      why: 'the promise ends with the snapshot: acknowledged after it was saved, at most 20 s before the loss',
    });
    expect(findings.join('\n')).toContain('revisions went backwards, from 1,230 to 800');
  });

  test('a timed throw-away copy is what the prediction goes by', () => {
    const predicted = (took_ms: number) => graded(with_({ throw_away: { took_ms, at_once: 3, processors: 2 } })).restore?.predicted;
    const { attempt_timeout_ms } = etcdSnapshotRestore.load;
    expect(predicted(100)).toEqual({ lo_ms: 400, hi_ms: 300 + 60 + 2_000 + 1_900 + attempt_timeout_ms });
    expect(predicted(4_000)?.lo_ms).toBe(4_300);
  });

  test('a revision raised above what watchers saw is no finding', () => {
    const { findings } = graded(with_({ revision: { seen: 1_230, after: 1_000_000_800 } }));
    expect(findings.join()).not.toContain('backwards');
  });

  test.each<[string, Partial<Restore>, string, string]>([
    [
      'members differ',
      { hashes: [...hashes('a', 'a'), { member: 'etcd-3', hash: 'b' }] },
      'fail',
      'members of one cluster hold different data',
    ],
    ['a member was not asked', { hashes: hashes('a', 'a') }, 'inconclusive', 'a member that was not asked'],
    ['nobody was asked', { hashes: [] }, 'inconclusive', 'a member that was not asked'],
    ['the old cluster id', { cluster_id: { before: 'cdf8', after: 'cdf8' } }, 'fail', 'a member with the old data could join it'],
    ['no cluster id', { cluster_id: { before: 'cdf8', after: null } }, 'inconclusive', 'whether the restored cluster is a new one'],
    ['keys missing', { keys_missing: 3 }, 'fail', 'lacks what the snapshot holds'],
    ['keys not compared', { keys_missing: null }, 'inconclusive', 'whether every key of the snapshot came back'],
    ['no first write', { first_write_at: null }, 'inconclusive', 'takes writes'],
    ['a restore without an end', { ended_at: null }, 'fail', 'nothing came back'],
    ['a restore that never began', { started_at: null, ended_at: null }, 'inconclusive', 'never began'],
  ])('is not verified: %s', (_, changes, verdict, why) => {
    const check = checkOf(with_(changes), 'restore-verified');
    expect(check?.verdict).toBe(verdict);
    expect(`${check?.got} ${check?.why}`).toContain(why);
  });

  test('a refused one that was destroyed all the same says so', () => {
    expect(checkOf(with_({ refused: 'sha256 of the snapshot is a, saved as b' }), 'snapshot-restorable')).toMatchObject({
      verdict: 'fail',
      why: 'the backup is no backup, and members were lost all the same',
    });
  });

  test('without a word of a snapshot every question of it is open', () => {
    const record = aRestore((each) => {
      delete each.restore;
    });
    for (const name of ['snapshot-restorable', 'restore-verified', 'rpo']) expect(checkOf(record, name)?.verdict).toBe('inconclusive');
    expect(checkOf(record, 'no-acknowledged-write-lost')?.verdict).toBe('fail');
  });

  test('drills that restore nothing are not asked, and their reports have no part of it', () => {
    const report = grade({ ...etcdSnapshotRestore, fault: { kind: 'leader-kill' } }, aLeaderLoss());
    expect(report).not.toHaveProperty('restore');
    expect(report.checks.map(({ name }) => name)).not.toContain('rpo');
  });
});

describe('what a restore may lose', () => {
  test.each<[string, [number, number], string]>([
    ['nothing', [saved, saved], 'pass'],
    ['all since the snapshot', [saved, lost], 'pass'],
    ['a write that may have been in flight at the save', [saved - 240, lost], 'pass'],
    ['writes acknowledged before the save', [saved - 600, lost], 'fail'],
    ['writes to the restored cluster', [saved, lost + 2_600], 'fail'],
  ])('%s', (_, during, verdict) => {
    const record = aRestore(undefined, { lost: during });
    expect(checkOf(record, 'no-acknowledged-write-lost')?.verdict).toBe(verdict);
    expect(graded(record).grade).toBe(verdict === 'pass' ? 'A' : 'F');
  });

  test('never more than was lost, and nothing sent an attempt and a stall before the save', () => {
    const at = fc.integer({ min: 2_000, max: 16_000 });
    fc.assert(
      fc.property(at, at, (a, b) => {
        const during: [number, number] = [Math.min(a, b), Math.max(a, b)];
        const { ledger } = graded(aRestore(undefined, { lost: during }));
        const allowed = ledger?.lost_allowed.count ?? 0;
        expect(allowed).toBeLessThanOrEqual(ledger?.lost ?? 0);
        if (during[1] < saved - 520) expect(allowed).toBe(0);
        if (during[0] >= saved && during[1] <= lost) expect(allowed).toBe(ledger?.lost);
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, number, string]>([
    ['younger than the limit', 7.7, 'pass'],
    ['older than the limit', 20.01, 'fail'],
    ['the limit inside what the clocks can tell', 20.001, 'inconclusive'],
  ])('the snapshot was %s', (_, age_s, verdict) => {
    const record = with_({});
    if (record.restore) record.restore.snapshot.saved_at = STARTED_AT + lost - age_s * 1_000;
    expect(checkOf(record, 'rpo')?.verdict).toBe(verdict);
  });
});

function hashes(...each: string[]): Restore['hashes'] {
  return each.map((hash, index) => ({ member: `etcd-${index + 1}`, hash }));
}
