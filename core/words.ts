/** A number with thousands marked and at most one decimal, such as `1,234.5`; the same on every machine. */
export function figure(value: number): string {
  const tenths = Math.round(Math.abs(value) * 10) / 10;
  const [whole = '0', decimals] = String(tenths).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (value < 0 && tenths > 0 ? '-' : '') + grouped + (decimals === undefined ? '' : `.${decimals}`);
}

/** A span of time, such as `1,234.5 ms`. */
export function ms(value: number): string {
  return `${figure(value)} ms`;
}

/** An interval of time, such as `519.5 to 541.9 ms`; an open end reads `or more`. */
export function span(lo_ms: number, hi_ms: number | null): string {
  return hi_ms === null ? `${figure(lo_ms)} ms or more, no end seen` : `${figure(lo_ms)} to ${ms(hi_ms)}`;
}

/** A count with its noun, such as `1 copy` or `6 copies`. */
export function several(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}

/** Orders names by their text and the numbers in them, so that pg-2 comes before pg-10. */
export function byName(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const [x = '', y = ''] = [left[i], right[i]];
    const gap = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : 0;
    if (gap !== 0) return gap;
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}
