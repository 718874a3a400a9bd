import { describe, expect, test } from 'vitest';
import { grade } from '../../../core/grade.ts';
import { parseRecord } from '../../../core/record-schema.ts';
import { drills } from '../../../drills/index.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskRollingHastyTwin } from '../../../drills/msk-rolling-hasty-twin.ts';
import { FAULT, loseTail } from './a-kafka-record.ts';
import { aLoss, aReboot, aRoll, kafkaRuns } from './variants.ts';

describe('a run that goes as the drill says', () => {
  test.each(kafkaRuns.map(([drill, run]) => ({ name: drill.name, drill, run })))('$name', ({ drill, run }) => {
    const record = parseRecord(JSON.parse(JSON.stringify(run())));
    const report = grade(drill, record);
    expect({ why: report.why, as_expected: report.as_expected }).toEqual({ why: report.why, as_expected: true });
    if (drill.mustEnd.outcome === 'pass') expect(report.grade).toBe('A');
    expect(grade(drill, record)).toEqual(report);
  });

  test.each([
    [mskBrokerLoss, () => aLoss(mskBrokerLoss, [1], { down: ({ leader }) => (leader === 1 ? [[FAULT + 20, FAULT + 18_000]] : []) })],
    [mskBrokerReboot, () => aReboot(mskBrokerReboot, { down: ({ leader }) => (leader === 1 ? [[FAULT + 20, FAULT + 6_000]] : []) })],
  ])('$name: a gap beyond its own interval passes with B, which is not how it must end', (drill, run) => {
    expect(grade(drill, run())).toMatchObject({ verdict: 'pass', grade: 'B', as_expected: false, must_end: 'pass A' });
  });

  test('a roll that waits for nothing may end with D, or with F where it lost writes as well', () => {
    const [, run] = kafkaRuns.find(([drill]) => drill === mskRollingHastyTwin) ?? [];
    const record = run?.();
    if (record === undefined) throw new Error('no run of the hasty roll');
    expect(grade(mskRollingHastyTwin, record)).toMatchObject({ grade: 'D', as_expected: true });
    loseTail(record, 0, 3);
    expect(grade(mskRollingHastyTwin, record)).toMatchObject({ grade: 'F', as_expected: true });
    const careful = aRoll();
    loseTail(careful, 0, 3);
    expect(grade(mskRollingHastyTwin, careful)).toMatchObject({ grade: 'F', as_expected: false });
  });

  test('there is one for every Kafka drill', () => {
    const declared = drills.filter(({ store }) => store === 'msk').map(({ name }) => name);
    expect(kafkaRuns.map(([drill]) => drill.name)).toEqual(expect.arrayContaining(declared));
    expect(kafkaRuns).toHaveLength(declared.length);
  });
});
