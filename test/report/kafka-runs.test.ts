import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import type { Recovery } from '../../core/report.ts';
import { bandsOf } from '../../report/bands.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { windowOf } from '../../report/moments.ts';
import { targetsByClass } from '../../report/partitions.ts';
import { interval } from '../../report/phrases.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { kafkaRuns } from '../core/kafka/variants.ts';

const runs = kafkaRuns.map(([drill, make]) => {
  const record = make();
  return { name: drill.name, record, report: grade(drill, record) };
});

describe.each(runs)('$name', ({ record, report }) => {
  test('every document can be written, with nothing missing that is not called so', () => {
    const terminal = renderTerminal(report, record, { color: false, width: 80 });
    for (const text of [terminal, renderHtml(report, record), renderMarkdown(report)]) {
      expect(text).not.toMatch(/\b(NaN|undefined|Infinity|\[object)\b/);
      expect(text).toContain(report.drill);
    }
    for (const line of terminal.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(JSON.parse(renderJson(report))).toMatchObject({ drill: report.drill, verdict: report.verdict });
  });

  test('each plot has a name and a table beside it, and the page links to its own parts alone', () => {
    const { document } = parseHTML(renderHtml(report, record));
    const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const figure of document.querySelectorAll('figure')) expect(figure.closest('section')?.querySelector('table')).not.toBeNull();
    for (const svg of document.querySelectorAll('svg')) expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(20);
    expect(document.querySelectorAll('#partitions svg')).toHaveLength(report.outcome === 'refused' ? 0 : 1);
  });

  test('every lane is in a class, or no class is told', () => {
    const classes = targetsByClass(report, record);
    const targets = classes.flatMap(([, each]) => [...each]);
    expect(targets.toSorted()).toEqual([...new Set(targets)].toSorted());
    for (const [n, [, own]] of classes.entries())
      expect(own.size * 2, 'two witnesses write to each').toBe(report.recovery?.classes[n]?.lanes);
  });
});

test.each<[string, (recovery: Recovery) => string]>([
  ['msk-rf2-min2', ({ stopped }) => `below min ISR: down ${stopped && interval(stopped)}`],
  ['msk-rolling-restart', (recovery) => `writes down ${interval(recovery)}`],
])('%s says how long writes were down', (name, label) => {
  const run = runs.find((each) => each.name === name);
  const window = run && windowOf(run.record);
  if (!run?.report.recovery || !window) throw new Error(`no run of ${name}`);
  const down = bandsOf(run.report, run.record, window).filter(({ kind }) => kind === 'down');
  expect(down.at(-1)?.label).toBe(label(run.report.recovery));
});

test.each([
  ['msk-broker-loss', 'not seen before healing'],
  ['msk-rolling-restart', 'not seen before the next step or healing'],
])('%s: a step that nobody saw is printed as such in every document', (name, words) => {
  const run = runs.find((each) => each.name === name);
  if (run === undefined) throw new Error(`no run of ${name}`);
  const { report, record } = run;
  expect(report.recovery?.steps.filter(({ to_ms }) => to_ms === null)).not.toEqual([]);
  const texts = [renderTerminal(report, record, { color: false, width: 80 }), renderHtml(report, record), renderMarkdown(report)];
  for (const text of texts) expect(text.replace(/\s+/g, ' ')).toContain(words);
});
