import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import type { Record } from '../../core/record.ts';
import { renderHtml } from '../../report/html.ts';
import { aRecord } from '../core/a-record.ts';
import { aReport } from './a-report.ts';

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u001b[31m\u202e\u0000${'a'.repeat(100_000)}`;

/** The record and report with every string in them replaced, but those that are words of the contract. */
function poison<T>(value: T, key = ''): T {
  const words = /^(name|kind|stage|verdict|outcome|grade|what|witness|mode|role|store|source|at)$/;
  if (typeof value === 'string') return (words.test(key) && value.length < 40 ? value : hostile) as T;
  if (Array.isArray(value)) return value.map((each) => poison(each)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name)])) as T;
}

test('what people wrote reaches the page as text alone', () => {
  const record = poison(aRecord());
  const html = renderHtml(poison(aReport()), record);
  const { document } = parseHTML(html);
  expect(document.querySelectorAll('script, img, [onerror]')).toHaveLength(0);
  expect(html).not.toContain('<script');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  expect(document.querySelector('h1')?.textContent).toContain('"><script>alert(1)</script>');
  expect(html.length).toBeLessThan(400_000);
});

test('names that reach the plots are escaped there as well', () => {
  const record = aRecord((each) => {
    for (const event of each.events) event.who = '<b>"x"&';
    for (const lane of each.probe.lanes) for (const server of lane.servers) server.server = '<i>pg"&@1';
  });
  const html = renderHtml(aReport(record), record);
  expect(html).not.toMatch(/<b>|<i>/);
  const { document } = parseHTML(html);
  const labels = [...document.querySelectorAll('svg text')].map((each) => each.textContent);
  expect(labels).toContain('writer promoted <b>"x"&');
  expect(labels).toContain('<i>pg"&@1 through the endpoint: 3,094');
});

function pageOf(edit: (record: Record) => void, story: Parameters<typeof aRecord>[1] = {}) {
  const record = aRecord(edit, story);
  const html = renderHtml(aReport(record), record);
  const { document } = parseHTML(html);
  for (const style of document.querySelectorAll('style')) style.remove();
  return { html, document, text: document.documentElement.textContent };
}

test('no series: no plot of writes, and it says so', () => {
  const { document, text } = pageOf((record) => {
    record.series = [];
  });
  expect(text).toContain('No series was recorded, so there is nothing to plot: the lanes below hold the counts.');
  expect(document.querySelectorAll('#timeline svg')).toHaveLength(0);
  expect(document.querySelectorAll('#servers svg')).toHaveLength(1);
});

test('a gap is a gap: missing points break the line and stand as missing in the table', () => {
  const whole = pageOf(() => {});
  const holed = pageOf((record) => {
    for (const series of record.series) series.points = series.points.map((point, n) => (n >= 100 && n < 130 ? null : point));
  });
  const pieces = ({ document }: typeof whole) =>
    [...document.querySelectorAll('#timeline svg')]
      .at(-2)
      ?.querySelector('path[stroke="var(--acked)"], g[stroke="var(--acked)"] path')
      ?.getAttribute('d')
      ?.match(/M/g)?.length;
  expect(pieces(whole)).toBe(1);
  expect(pieces(holed)).toBe(2);
  const rows = ({ document }: typeof whole) =>
    [...document.querySelectorAll('#timeline tbody tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map((cell) => cell.textContent).join(' '),
    );
  expect(rows(whole)).toContain('+7 s 200 0 0 1.9 ms 4.8 ms');
  expect(rows(holed)).toContain('+7 s – – – – –');
});

test('every point missing: nothing is drawn as zero', () => {
  const { document, text, html } = pageOf((record) => {
    for (const series of record.series) series.points = series.points.map(() => null);
  });
  expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  expect(html).not.toMatch(/d="[^"]*NaN/);
  expect(document.querySelectorAll('#margin svg')).toHaveLength(0);
});

test('writes that never came back are open to the right', () => {
  const record = aRecord(() => {}, { up: 1e9, failing: { code: 'timeout', outcome: 'indeterminate', after_ms: 250 } });
  const report = aReport(record, (each) => Object.assign(each.recovery ?? {}, { lo_ms: 11_690, hi_ms: null }));
  const { document } = parseHTML(renderHtml(report, record));
  expect(document.querySelector('#recovery')?.textContent).toContain('at least 11.7 s, no end seen');
  expect(document.querySelector('#recovery .open')).not.toBeNull();
  expect(document.querySelector('#timeline svg')?.getAttribute('aria-label')).toContain('writes down at least 11.7 s, no end seen');
});

test('a witness that died, and one that stalled, are named', () => {
  const { text } = pageOf((record) => {
    const [even, odd] = record.probe.segments;
    if (even) even.died = true;
    if (odd) odd.longest_stall_ms = 700;
  });
  expect(text).toContain('✗ died');
  expect(text).toContain('odd #1: 1 stall, longest 700 ms');
});

test('a topology that could not be read is not one without differences', () => {
  const { text } = pageOf((record) => {
    record.topology = null;
  });
  expect(text).toContain('It could not be read.');
  expect(text).toContain('Unknown, since nothing was observed.');
});

test('half an hour of series, a thousand events, hundreds of lanes: the page stays small and says what it left out', () => {
  const { html, text } = pageOf((record) => {
    for (const series of record.series)
      series.points = Array.from({ length: 18_000 }, (_, n) => series.points[n % series.points.length] ?? null);
    record.events = Array.from({ length: 1_000 }, (_, n) => ({
      at: record.started_at + n * 20,
      what: 'member-lost',
      who: `pg-${n}`,
      text: `event ${n}`,
    }));
    record.probe.lanes = record.probe.lanes.flatMap((lane) =>
      Array.from({ length: 20 }, (_, n) => ({ ...lane, lane: `${lane.target}#${n}` })),
    );
  });
  expect(html.length).toBeLessThan(400_000);
  expect(text).toContain('and 800 more, all in record.json');
  expect(text).toMatch(/shown are −4\.\d+ s to \+60\.000 s\./);
});
