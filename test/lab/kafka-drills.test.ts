import { afterAll, beforeAll, expect, test } from 'vitest';
import { check, DrillRuns } from './a-drill-run.ts';
import { onBrokers } from './a-kafka.ts';
import { leftBehind } from './left-behind.ts';

onBrokers('Kafka drills', () => {
  let runs: DrillRuns;
  beforeAll(async () => {
    runs = await DrillRuns.make();
  });
  afterAll(() => runs.remove());

  // msk-broker-loss is in the game day, which CI runs as well.
  test.each(['msk-broker-reboot', 'msk-quorum-loss'])('%s passes and loses nothing', (name) => runs.passes(name));

  test('msk-rf2-min1-unclean-twin loses acknowledged records, listed by partition and offset', async () => {
    const { code, report } = await runs.run('msk-rf2-min1-unclean-twin');
    expect({ code, verdict: report.verdict, grade: report.grade, as_expected: report.as_expected }, report.why).toEqual({
      code: 1,
      verdict: 'fail',
      grade: 'F',
      as_expected: true,
    });
    const listed = report.ledger?.lost_list.flatMap(({ ranges }) => ranges).reduce((sum, [from, to]) => sum + to - from + 1, 0);
    expect(report.ledger?.lost).toBeGreaterThan(0);
    expect(listed).toBe(report.ledger?.lost);
    expect(report.ledger?.lost_list.filter(({ partition, offsets }) => partition === undefined || !offsets?.length)).toEqual([]);
    expect(check(report, 'no-acknowledged-write-lost')?.verdict).toBe('fail');
  });

  test('msk-thin-load-twin names the load', async () => {
    const { code, report } = await runs.run('msk-thin-load-twin');
    expect({ code, grade: report.grade, load: check(report, 'load')?.verdict, as_expected: report.as_expected }).toEqual({
      code: 2,
      grade: 'C',
      load: 'inconclusive',
      as_expected: true,
    });
  });

  test('msk-rf2-undeclared-twin is refused with the worst partition, and nothing is injected', async () => {
    const { code, report, record, err } = await runs.run('msk-rf2-undeclared-twin');
    expect({ code, outcome: report.outcome, as_expected: report.as_expected }).toEqual({ code: 3, outcome: 'refused', as_expected: true });
    expect(err).toMatch(/p\d+: ISR \{\d,\d\}, min ISR 2, victim \d: 1 < 2/);
    expect({ experiments: record.experiments, victims: record.victims }).toEqual({ experiments: [], victims: [] });
  });

  test('nothing is left behind', async () => {
    expect(await leftBehind(runs.home)).toEqual({ processes: [], folders: [], journals: [] });
  });
});
