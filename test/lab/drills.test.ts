import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, DrillRuns } from './a-drill-run.ts';
import { leftBehind } from './left-behind.ts';

let runs: DrillRuns;
beforeAll(async () => {
  runs = await DrillRuns.make();
});
afterAll(() => runs.remove());

describe('drills that must pass', () => {
  // aurora-failover is in the game day, which CI runs as well.
  test.each(['aurora-failover-graceful', 'aurora-zone-loss', 'aurora-quorum-loss', 'aurora-split-brain'])('%s', (name) =>
    runs.passes(name),
  );
});

describe('twins that must not pass', () => {
  test('aurora-async-twin loses acknowledged writes, counted and listed', async () => {
    const { code, report } = await runs.run('aurora-async-twin');
    expect({ code, verdict: report.verdict, grade: report.grade, as_expected: report.as_expected }).toEqual({
      code: 1,
      verdict: 'fail',
      grade: 'F',
      as_expected: true,
    });
    const listed = report.ledger?.lost_list.flatMap(({ ranges }) => ranges).reduce((sum, [from, to]) => sum + to - from + 1, 0);
    expect(report.ledger?.lost).toBeGreaterThan(0);
    expect(listed).toBe(report.ledger?.lost);
    expect(check(report, 'no-acknowledged-write-lost')?.verdict).toBe('fail');
  });

  test('aurora-local-commit-twin shows two writers', async () => {
    const { code, report } = await runs.run('aurora-local-commit-twin');
    expect({ code, grade: report.grade, writers: check(report, 'one-writer')?.verdict, as_expected: report.as_expected }).toEqual({
      code: 1,
      grade: 'F',
      writers: 'fail',
      as_expected: true,
    });
  });

  test('aurora-late-twin is late and nothing unsafe', async () => {
    const { code, report } = await runs.run('aurora-late-twin');
    expect({ code, grade: report.grade, lost: report.ledger?.lost, as_expected: report.as_expected }).toEqual({
      code: 1,
      grade: 'D',
      lost: 0,
      as_expected: true,
    });
    expect(report.checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual(['recovery-within-limit']);
  });

  test('aurora-blind-twin names the hole in coverage', async () => {
    const { code, report } = await runs.run('aurora-blind-twin');
    expect({ code, grade: report.grade, coverage: check(report, 'coverage')?.verdict, as_expected: report.as_expected }).toEqual({
      code: 2,
      grade: 'C',
      coverage: 'inconclusive',
      as_expected: true,
    });
  });

  test('aurora-no-reader-twin is refused with its inequality, and nothing is injected', async () => {
    const { code, report, record, err } = await runs.run('aurora-no-reader-twin');
    expect({ code, outcome: report.outcome, grade: report.grade, as_expected: report.as_expected }).toEqual({
      code: 3,
      outcome: 'refused',
      grade: null,
      as_expected: true,
    });
    expect(err).toContain('readers to promote 0 < 1');
    expect({ experiments: record.experiments, victims: record.victims, lanes: record.probe.lanes }).toEqual({
      experiments: [],
      victims: [],
      lanes: [],
    });
  });
});

test('nothing is left behind', async () => {
  expect(await leftBehind(runs.home)).toEqual({ processes: [], folders: [], journals: [] });
});
