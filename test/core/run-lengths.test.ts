import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRuns, decodeRuns, encodeRuns } from '../../core/run-lengths.ts';

describe('run lengths', () => {
  test('merge neighbours and leave out empty runs', () => {
    expect(
      encodeRuns([
        { letter: 'a', count: 1_000 },
        { letter: 'a', count: 200 },
        { letter: 'f', count: 0 },
        { letter: 'i', count: 2 },
      ]),
    ).toBe('a1200 i2');
    expect(encodeRuns([])).toBe('');
    expect(decodeRuns('', 'afi')).toEqual([]);
  });

  test('decoding undoes encoding, number by number', () => {
    const letters = fc.array(fc.constantFrom('a', 'f', 'i'), { maxLength: 200 });
    fc.assert(
      fc.property(letters, (numbers) => {
        const runs = decodeRuns(encodeRuns(numbers.map((letter) => ({ letter, count: 1 }))), 'afi');
        expect(runs.flatMap(({ letter, count }) => new Array<string>(count).fill(letter))).toEqual(numbers);
        expect(countRuns(runs)).toBe(numbers.length);
        expect(countRuns(runs, 'a')).toBe(numbers.filter((letter) => letter === 'a').length);
      }),
    );
  });

  test.each(['x5', 'a', 'a0', 'a-1', 'a1.5', 'a05', 'a5 a6', 'a5  f1', ' a5', 'a5 ', 'a99999999999', 'aNaN', 'a1e3', '5a'])(
    'refuses %j',
    (text) => {
      expect(() => decodeRuns(text, 'afi')).toThrow(/^run lengths: got .*, wanted merged runs of a letter of 'afi'/);
    },
  );
});
