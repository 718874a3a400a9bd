import type { Interval } from '../core/report.ts';

/** What stands where there is no number: missing is shown, and never as zero. */
export const missing = '–';

/** A whole number with thousands apart. */
export function count(n: number | null | undefined): string {
  if (n === null || n === undefined || !Number.isFinite(n)) return missing;
  const [whole = '0', part] = String(Math.abs(n)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${n < 0 ? '−' : ''}${grouped}${part ? `.${part.slice(0, 2)}` : ''}`;
}

/** `1 write`, `2 writes`. */
export function many(n: number, one: string, more = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : more}`;
}

/** A span in the unit that a reader would choose: `8 ms`, `1.32 s`, `41.7 s`, `12 min 05 s`. */
export function span(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return missing;
  if (ms < 0) return `−${span(-ms)}`;
  if (ms < 10 && ms % 1 !== 0) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 119_950) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
}

/** A limit or setting, without zeros that say nothing: `10 s`, `250 ms`. */
export function setting(ms: number): string {
  return ms >= 1000 && ms < 120_000 ? `${Number((ms / 1000).toFixed(3))} s` : span(ms);
}

/** `1.32 to 1.48 s`, or that no end was seen. */
export function interval({ lo_ms, hi_ms }: Interval): string {
  if (hi_ms === null) return `at least ${span(lo_ms)}, no end seen`;
  const [lo, hi] = [span(lo_ms), span(hi_ms)];
  if (lo === hi) return hi;
  const [lo_n, lo_unit, more] = lo.split(' ');
  return !more && hi.endsWith(` ${lo_unit}`) && hi.split(' ').length === 2 ? `${lo_n} to ${hi}` : `${lo} to ${hi}`;
}

/** Time relative to t = 0, always with its sign and milliseconds: `+1.324 s`. */
export function offset(ms: number): string {
  if (!Number.isFinite(ms)) return missing;
  const text = (Math.abs(ms) / 1000).toFixed(3);
  return `${ms < 0 && Number(text) !== 0 ? '−' : '+'}${text} s`;
}

/** An instant in UTC, to the second; or the marker of something missing where it is no instant. */
export function utc(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? missing
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC');
}

/** A share as a percentage of two significant digits, for bounds such as 3/n. */
export function share(part: number | null): string {
  if (part === null || !Number.isFinite(part)) return missing;
  return `${Number((part * 100).toPrecision(2))} %`;
}

/** Lost or missing numbers: `12-40, 77`. */
export function ranges(list: readonly [number, number][]): string {
  return list.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
