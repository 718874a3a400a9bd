import type { Interval } from '../../core/report.ts';
import { span } from '../phrases.ts';

/** How far the scale reaches: past every interval, and to the limit where that does not squeeze them. */
export function reach(intervals: readonly Interval[], limit_ms: number): number {
  const far = Math.max(1, ...intervals.map(({ lo_ms, hi_ms }) => Math.max(lo_ms, hi_ms ?? lo_ms * 1.2)));
  return (limit_ms <= far * 3 ? Math.max(far, limit_ms) : far) * 1.1;
}

/** One interval on a scale of `cells`: at least one cell wide, an arrow where it never ended. */
export function bar({ lo_ms, hi_ms }: Interval, fill: string, to_ms: number, cells: number): string {
  const cell = (ms: number) => Math.min(cells - 1, Math.max(0, Math.floor((ms / to_ms) * cells)));
  const [from, to] = [cell(lo_ms), hi_ms === null ? cells - 1 : cell(hi_ms)];
  const drawn = fill.repeat(to - from + 1);
  return '·'.repeat(from) + (hi_ms === null ? `${drawn.slice(0, -1)}▶` : drawn) + '·'.repeat(cells - 1 - to);
}

/** A limit on the same scale; an arrow where it lies beyond it. */
export function mark(ms: number, to_ms: number, cells: number): string {
  if (ms > to_ms) return `${'·'.repeat(cells - 1)}▸`;
  const at = Math.min(cells - 1, Math.floor((ms / to_ms) * cells));
  return `${'·'.repeat(at)}│${'·'.repeat(cells - 1 - at)}`;
}

/** The scale below the bars: zero and its end. */
export function scale(to_ms: number, cells: number): string {
  const end = span(to_ms);
  return `0${' '.repeat(Math.max(1, cells - 1 - end.length))}${end}`;
}
