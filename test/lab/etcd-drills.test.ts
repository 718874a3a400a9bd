import { afterAll, beforeAll, expect, test } from 'vitest';
import { check, DrillRuns } from './a-drill-run.ts';
import { onMembers } from './etcd-started.ts';
import { leftBehind } from './left-behind.ts';

onMembers('etcd drills', () => {
  let runs: DrillRuns;
  beforeAll(async () => {
    runs = await DrillRuns.make();
  });
  afterAll(() => runs.remove());

  test.each(['etcd-leader-loss', 'etcd-quorum-loss'])('%s passes and loses nothing', (name) => runs.passes(name));

  test('etcd-snapshot-restore brings everything of the snapshot back, and counts what came after it as allowed', async () => {
    const { code, report, record } = await runs.run('etcd-snapshot-restore');
    expect({ code, verdict: report.verdict, as_expected: report.as_expected }, report.why).toEqual({
      code: 0,
      verdict: 'pass',
      as_expected: true,
    });
    expect(report.ledger?.lost).toBeGreaterThan(0);
    expect(report.ledger?.lost_allowed.count).toBe(report.ledger?.lost);
    expect(record.restore).toMatchObject({ refused: null, keys_missing: 0 });
    expect(record.restore?.cluster_id.after).not.toBe(record.restore?.cluster_id.before);
  });

  test('etcd-corrupt-snapshot-twin touches nothing live, and names the hash', async () => {
    const { code, report, record } = await runs.run('etcd-corrupt-snapshot-twin');
    expect({ code, grade: report.grade, as_expected: report.as_expected }, report.why).toEqual({ code: 1, grade: 'F', as_expected: true });
    expect(check(report, 'snapshot-restorable')?.verdict).toBe('fail');
    expect(record.restore?.refused).toMatch(/sha256 .* does not restore/);
    expect(record.events.filter(({ what }) => what === 'member-lost')).toEqual([]);
  });

  test('etcd-even-members-twin is refused with its inequality', async () => {
    const { code, report, record, err } = await runs.run('etcd-even-members-twin');
    expect({ code, outcome: report.outcome, as_expected: report.as_expected }).toEqual({ code: 3, outcome: 'refused', as_expected: true });
    expect(err).toContain('4 voters, quorum 3, healthy 4: after losing 2, 2 < 3: refuse');
    expect({ experiments: record.experiments, victims: record.victims }).toEqual({ experiments: [], victims: [] });
  });

  test('nothing is left behind', async () => {
    expect(await leftBehind(runs.home)).toEqual({ processes: [], folders: [], journals: [] });
  });
});
