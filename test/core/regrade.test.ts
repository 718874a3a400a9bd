import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import { parseRecord } from '../../core/record-schema.ts';
import type { Report } from '../../core/report.ts';
import { drills } from '../../drills/index.ts';

/** A run that really happened, with the verdict that it was given. */
interface Recorded {
  drill: string;
  record: unknown;
  verdict: Report['verdict'];
  grade: Report['grade'];
  outcome: Report['outcome'];
}

const folder = join(import.meta.dirname, '../records');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort();

describe('recorded runs are graded as they were', () => {
  test.each(files)('%s', (file) => {
    const recorded = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recorded;
    const drill = drills.find((each) => each.name === recorded.drill);
    if (drill === undefined) throw new Error(`no drill ${recorded.drill}`);
    const { verdict, grade: letter, outcome, as_expected } = grade(drill, parseRecord(recorded.record));
    expect({ verdict, grade: letter, outcome, as_expected }).toEqual({
      verdict: recorded.verdict,
      grade: recorded.grade,
      outcome: recorded.outcome,
      as_expected: true,
    });
  });
});

test('every drill has a recorded run, and every run its drill', () => {
  expect(files).toEqual(drills.map(({ name }) => `${name}.json`).sort());
});
