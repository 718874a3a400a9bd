import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Record } from '../../core/record.ts';
import { parseRecordText } from '../../core/record-schema.ts';
import type { Check, Report } from '../../core/report.ts';
import { drill } from '../cli/drill.ts';
import { leftBehind } from './left-behind.ts';

/** A drill home of its own, so that what other programs do on this machine is not taken for what a drill left. */
let home: string;
let out: string;
beforeAll(async () => {
  home = await mkdtemp('/var/tmp/drill-home-');
  out = await mkdtemp(join(tmpdir(), 'drill-lab-'));
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  await rm(out, { recursive: true, force: true });
});

async function run(name: string): Promise<{ code: number | null; report: Report; record: Record; err: string }> {
  const folder = join(out, name);
  const said = await drill(['run', name, '--json', '--out', folder], { DRILL_HOME: home });
  expect(said.code, said.err).not.toBe(70);
  const record = parseRecordText(await readFile(join(folder, 'record.json'), 'utf8'));
  expect((await stat(join(folder, 'report.html'))).size).toBeGreaterThan(10_000);
  return { code: said.code, report: JSON.parse(said.out) as Report, record, err: said.err };
}

function check(report: Report, name: string): Check | undefined {
  return report.checks.find((one) => one.name === name);
}

describe('drills that must pass', () => {
  test.each(['aurora-failover', 'aurora-failover-graceful', 'aurora-zone-loss', 'aurora-quorum-loss', 'aurora-split-brain'])(
    '%s',
    async (name) => {
      const { code, report } = await run(name);
      expect({ code, verdict: report.verdict, as_expected: report.as_expected, lost: report.ledger?.lost }, report.why).toEqual({
        code: 0,
        verdict: 'pass',
        as_expected: true,
        lost: 0,
      });
      expect(report.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
      expect(report.ledger?.acked).toBeGreaterThan(500);
    },
  );
});

describe('twins that must not pass', () => {
  test('aurora-async-twin loses acknowledged writes, counted and listed', async () => {
    const { code, report } = await run('aurora-async-twin');
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
    const { code, report } = await run('aurora-local-commit-twin');
    expect({ code, grade: report.grade, writers: check(report, 'one-writer')?.verdict, as_expected: report.as_expected }).toEqual({
      code: 1,
      grade: 'F',
      writers: 'fail',
      as_expected: true,
    });
  });

  test('aurora-late-twin is late and nothing unsafe', async () => {
    const { code, report } = await run('aurora-late-twin');
    expect({ code, grade: report.grade, lost: report.ledger?.lost, as_expected: report.as_expected }).toEqual({
      code: 1,
      grade: 'D',
      lost: 0,
      as_expected: true,
    });
    expect(report.checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual(['recovery-within-limit']);
  });

  test('aurora-blind-twin names the hole in coverage', async () => {
    const { code, report } = await run('aurora-blind-twin');
    expect({ code, grade: report.grade, coverage: check(report, 'coverage')?.verdict, as_expected: report.as_expected }).toEqual({
      code: 2,
      grade: 'C',
      coverage: 'inconclusive',
      as_expected: true,
    });
  });

  test('aurora-no-reader-twin is refused with its inequality, and nothing is injected', async () => {
    const { code, report, record, err } = await run('aurora-no-reader-twin');
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
  expect(await leftBehind(home)).toEqual({ processes: [], folders: [], journals: [] });
});
