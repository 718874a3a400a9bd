import { expect, test } from 'vitest';
import { clean } from '../../report/clean.ts';
import { count, interval, many, offset, ranges, setting, share, span, utc } from '../../report/phrases.ts';

test.each<[number | null | undefined, string]>([
  [0, '0 ms'],
  [0.4, '0.4 ms'],
  [8, '8 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [1_319.6, '1.32 s'],
  [9_996, '10.0 s'],
  [41_700, '41.7 s'],
  [725_000, '12 min 05 s'],
  [-2_000, '−2.00 s'],
  [null, '–'],
  [undefined, '–'],
  [Number.NaN, '–'],
  [Number.POSITIVE_INFINITY, '–'],
])('a span of %s ms reads %s', (ms, text) => expect(span(ms)).toBe(text));

test.each<[number, number | null, string]>([
  [1_320, 1_480, '1.32 to 1.48 s'],
  [517.2, 541.4, '517 to 541 ms'],
  [356, 1_710, '356 ms to 1.71 s'],
  [100, 100, '100 ms'],
  [110_000, 130_000, '110.0 s to 2 min 10 s'],
  [125_000, 130_000, '2 min 05 s to 2 min 10 s'],
  [9_200, null, 'at least 9.20 s, no end seen'],
])('from %s to %s ms reads %s', (lo_ms, hi_ms, text) => expect(interval({ lo_ms, hi_ms })).toBe(text));

test.each<[number | null, string]>([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
  [-1, '−1'],
  [1_234.567, '1,234.56'],
  [null, '–'],
  [Number.NaN, '–'],
])('%s counts as %s', (n, text) => expect(count(n)).toBe(text));

test.each<[number, string]>([
  [0, '+0.000 s'],
  [-0.2, '+0.000 s'],
  [-40, '−0.040 s'],
  [1_324, '+1.324 s'],
  [Number.NaN, '–'],
])('%s ms from t = 0 is %s', (ms, text) => expect(offset(ms)).toBe(text));

test('the rest of the words', () => {
  expect([many(1, 'write'), many(2, 'copy', 'copies'), setting(10_000), setting(250), setting(1_500)]).toEqual([
    '1 write',
    '2 copies',
    '10 s',
    '250 ms',
    '1.5 s',
  ]);
  expect([utc(1_790_000_000_000), utc(Number.NaN), utc(9e15)]).toEqual(['2026-09-21 14:13:20 UTC', '–', '–']);
  expect([
    share(3 / 3_254),
    share(null),
    ranges([
      [12, 40],
      [77, 77],
    ]),
  ]).toEqual(['0.092 %', '–', '12-40, 77']);
});

test.each<[string, string]>([
  ['a\u001b[31mred\u001b[0m b', 'ared b'],
  ['\u001b]8;;http://evil\u0007link\u001b]8;;\u0007', 'link'],
  ['two\r\nlines\u0000\u0007', 'two lines'],
  ['abc\u202edef', 'abc def'],
  ['half \ud83d', 'half \ufffd'],
  ['  trimmed  ', 'trimmed'],
])('%j is shown as %j', (text, shown) => expect(clean(text)).toBe(shown));

test('a huge text is cut by whole characters, and the cut is said', () => {
  expect(clean('😀'.repeat(700), 3)).toBe('😀😀😀… (cut, 1400 characters)');
  expect(clean('a'.repeat(1_000_000)).length).toBeLessThan(700);
});
