import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { encodeRuns } from '../../core/run-lengths.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { AT, aRecord, laneOf } from './a-record.ts';

const worse = { pass: 0, inconclusive: 1, fail: 2 };
const letters = { A: 0, B: 1, C: 2, D: 3, F: 4 };
const rank = (report: Report) => [worse[report.verdict], letters[report.grade ?? 'F']];

describe('a worse sample never improves the verdict', () => {
  const notBetter = (before: Report, after: Report) => {
    const [verdict = 0, letter = 0] = rank(before);
    const [laterVerdict = 0, laterLetter = 0] = rank(after);
    expect(laterVerdict).toBeGreaterThanOrEqual(verdict);
    expect(laterLetter).toBeGreaterThanOrEqual(letter);
  };

  test('a longer outage', () => {
    const outage = fc.integer({ min: 30, max: 14_000 });
    fc.assert(
      fc.property(outage, outage, (one, other) => {
        const [short, long] = [Math.min(one, other), Math.max(one, other)].map((length) =>
          grade(
            auroraFailover,
            aRecord(() => {}, { up: AT.down + length, stop: 32_000 }),
          ),
        );
        if (short && long) notBetter(short, long);
      }),
      { numRuns: 40 },
    );
  });

  test('more acknowledged writes missing', () => {
    const whole = grade(auroraFailover, aRecord());
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(405), { minLength: 1, maxLength: 20 }), (lost) => {
        const report = grade(
          auroraFailover,
          aRecord((record) => {
            const letters = Array.from({ length: 1_600 }, (_, n) => ({
              letter: (n >= 406 && n < 459) || lost.includes(n) ? 'm' : 'p',
              count: 1,
            }));
            record.readback?.forEach((readback) => {
              if (readback.lane === 'writer#0') readback.present = encodeRuns(letters);
            });
          }),
        );
        notBetter(whole, report);
        expect(report.ledger?.lost).toBe(lost.length);
        expect(report.grade).toBe('F');
      }),
      { numRuns: 40 },
    );
  });

  test('less evidence, whatever is taken away', () => {
    const whole = grade(auroraFailover, aRecord());
    const cuts: ((record: Record) => void)[] = [
      (record) => void record.events.splice(0),
      (record) => void record.series.splice(0),
      (record) => void record.admission.splice(0),
      (record) => void record.experiments.splice(0),
      (record) => void record.victims.splice(0),
      (record) => void record.probe.lanes.splice(0),
      (record) => void record.probe.segments.splice(0),
      (record) => void record.readback?.splice(0),
      (record) => void laneOf(record, 'writer#0').servers.splice(0),
    ];
    fc.assert(
      fc.property(fc.subarray(cuts, { minLength: 1 }), (chosen) => {
        const report = grade(
          auroraFailover,
          aRecord((record) => {
            for (const cut of chosen) if (cut !== cuts.at(-1) || record.probe.lanes.length > 0) cut(record);
          }),
        );
        notBetter(whole, report);
        // Any single cut but the last leaves too little to pass; the last one alone leaves the other witness.
        if (chosen.some((cut) => cut !== cuts.at(-1))) expect(report.verdict).not.toBe('pass');
      }),
    );
  });
});

test('the grader stays small enough for any page: at most 10 KB gzipped for each of three stores, and without zod', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['core/grade.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => !path.startsWith('core/'))).toEqual([]);
  expect(gzipSync(outputFiles[0]?.contents ?? '').byteLength).toBeLessThan(3 * 10_000);
});
