import type { Decision } from '../core/record.ts';
import { clean } from './clean.ts';

/** One inequality as a reader needs it: printed once, however often it was computed alike. */
export interface Decided {
  inequality: string;
  admit: boolean;
  /** When it was computed: `each time`, a stage, or a step of a roll. */
  when: string;
}

const ofPartition = /^(topic \S+ )?p\d+: /;

/**
 * Admission in two parts: what is asked of the whole store, in its order, and the arithmetic of each partition, the worst
 * first, refusals before anything else.
 */
export function decidedOf(admission: readonly Decision[]): { whole: Decided[]; partitions: Decided[] } {
  const groups = Map.groupBy(admission, ({ inequality, admit }) => `${admit} ${clean(inequality)}`);
  const all = [...groups.values()].flatMap((group) => (group[0] ? [{ ...once(group[0]), when: whenOf(group) }] : []));
  const partitions = all.filter(({ inequality }) => ofPartition.test(inequality));
  return {
    whole: all.filter(({ inequality }) => !ofPartition.test(inequality)),
    partitions: partitions.sort((a, b) => Number(a.admit) - Number(b.admit) || room(a.inequality) - room(b.inequality)),
  };
}

/** Whether one decision is a partition's. */
export function isOfPartition({ inequality }: Pick<Decision, 'inequality'>): boolean {
  return ofPartition.test(inequality);
}

function once({ inequality, admit }: Decision): Omit<Decided, 'when'> {
  return { inequality: clean(inequality), admit };
}

function whenOf(group: Decision[]): string {
  const stages = [...new Set(group.map(({ stage }) => stage))];
  const steps = [...new Set(group.map(({ step }) => step))];
  if (stages.length > 1 || steps.length > 1) return 'each time';
  return steps[0] === undefined ? (stages[0] ?? '') : `step ${steps[0] + 1}`;
}

/** In-sync replicas beyond what is needed, as the last relation of the line prints it. */
function room(inequality: string): number {
  const [, got, wanted] = [...inequality.matchAll(/([\d,]+) (?:>=|<) ([\d,]+)/g)].at(-1) ?? [];
  return Number(got?.replaceAll(',', '') ?? 0) - Number(wanted?.replaceAll(',', '') ?? 0);
}
