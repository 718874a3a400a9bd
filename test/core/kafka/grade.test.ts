import { describe, expect, test } from 'vitest';
import { grade } from '../../../core/grade.ts';
import { parseRecord } from '../../../core/record-schema.ts';
import { drills } from '../../../drills/index.ts';
import { kafkaRuns } from './variants.ts';

describe('a run that goes as the drill says', () => {
  test.each(kafkaRuns.map(([drill, run]) => ({ name: drill.name, drill, run })))('$name', ({ drill, run }) => {
    const record = parseRecord(JSON.parse(JSON.stringify(run())));
    const report = grade(drill, record);
    expect({ why: report.why, as_expected: report.as_expected }).toEqual({ why: report.why, as_expected: true });
    if (drill.mustEnd.outcome === 'pass') expect(report.grade).toBe('A');
    expect(grade(drill, record)).toEqual(report);
  });

  test('there is one for every Kafka drill', () => {
    const declared = drills.filter(({ store }) => store === 'msk').map(({ name }) => name);
    expect(kafkaRuns.map(([drill]) => drill.name)).toEqual(expect.arrayContaining(declared));
    expect(kafkaRuns).toHaveLength(declared.length);
  });
});
