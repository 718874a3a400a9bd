import { BadInput } from './errors.ts';

/** `count` neighbouring numbers that share a letter. */
export interface Run {
  letter: string;
  count: number;
}

/** More numbers than this in one lane is taken for a damaged record: a day of writes at 3 kHz fits. */
export const LONGEST_LANE = 2 ** 28;

/** Run lengths as text, such as `a1200 f30 i2`; neighbours with the same letter merge and empty runs vanish. */
export function encodeRuns(runs: Iterable<Run>): string {
  const parts: string[] = [];
  let letter = '';
  let count = 0;
  for (const run of runs) {
    if (run.count === 0) continue;
    if (run.letter !== letter) {
      if (count > 0) parts.push(letter + count);
      letter = run.letter;
      count = 0;
    }
    count += run.count;
  }
  if (count > 0) parts.push(letter + count);
  return parts.join(' ');
}

/** The runs of such a text. Throws BadInput on a letter outside `alphabet`, a count below 1, unmerged neighbours or a lane longer than any. */
export function decodeRuns(text: string, alphabet: string): Run[] {
  if (text === '') return [];
  const runs: Run[] = [];
  let total = 0;
  for (const part of text.split(' ')) {
    const letter = part.slice(0, 1);
    const count = /^[1-9][0-9]*$/.test(part.slice(1)) ? Number(part.slice(1)) : 0;
    total += count;
    if (!alphabet.includes(letter) || letter === runs.at(-1)?.letter || count === 0 || total > LONGEST_LANE) {
      throw new BadInput(
        'run lengths',
        `'${part.slice(0, 40)}' after ${runs.length} runs`,
        `merged runs of a letter of '${alphabet}' and a count, together at most ${LONGEST_LANE}`,
        'use the record as it was written',
      );
    }
    runs.push({ letter, count });
  }
  return runs;
}

/** How many numbers the runs cover, all of them or those of one letter. */
export function countRuns(runs: Run[], letter?: string): number {
  return runs.reduce((sum, run) => (letter === undefined || run.letter === letter ? sum + run.count : sum), 0);
}
