import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { renderHtml } from '../../report/html.ts';
import { aRecord } from '../core/a-record.ts';
import { aRefusal, aReport, aTwin } from './a-report.ts';

const pass = { record: aRecord(), report: aReport() };
const twin = aTwin();
const refusal = aRefusal();

function pageOf({ report, record }: { report: Report; record: Record }) {
  const html = renderHtml(report, record);
  const { document } = parseHTML(html);
  return { html, document, text: (selector: string) => document.querySelector(selector)?.textContent.replace(/\s+/g, ' ') ?? '' };
}

/** Everything that a reader sees or hears: text without the style sheet, and every label. */
function spoken(document: ReturnType<typeof pageOf>['document']): string {
  for (const style of document.querySelectorAll('style')) style.remove();
  const labels = [...document.querySelectorAll('[aria-label]')].map((each) => each.getAttribute('aria-label'));
  return [document.documentElement.textContent, ...labels].join('\n');
}

/** Names of elements that are not closed where they must be, in the order found. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, closing, name = '', selfClosed] of html
    .replace(/<style>[^<]*<\/style>/, '')
    .matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (selfClosed || /^(meta|br|hr|img|input|link)$/.test(name)) continue;
    if (!closing) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

describe.each([
  ['a pass', pass],
  ['a twin', twin],
  ['a refusal', refusal],
])('%s', (_, both) => {
  const { html, document } = pageOf(both);

  test('is one well-formed page', () => {
    expect(html.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
    expect(unbalanced(html)).toEqual([]);
    expect(document.querySelectorAll('h1, main, header, footer, nav, title')).toHaveLength(6);
    const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const link of document.querySelectorAll('a')) expect(ids).toContain(link.getAttribute('href')?.slice(1));
  });

  test('loads nothing and runs nothing', () => {
    expect(document.querySelectorAll('script, link, img, iframe, object, embed, base, form')).toHaveLength(0);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '').replaceAll('http://www.w3.org/1999/xlink', '')).not.toMatch(
      /https?:|\/\/[a-z]|@import|url\((?!#)/i,
    );
    expect(html).not.toMatch(/ on[a-z]+=|javascript:/i);
  });

  test('says nothing that is not there', () => {
    expect(spoken(document)).not.toMatch(/NaN|undefined|null|\[object|Infinity/);
    for (const svg of document.querySelectorAll('svg')) expect(svg.outerHTML).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('has a heading for every section, a caption and heads for every table', () => {
    for (const section of document.querySelectorAll('section'))
      expect(document.getElementById(section.getAttribute('aria-labelledby') ?? '')?.tagName).toBe('H2');
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.textContent.trim()).not.toBe('');
      expect(table.querySelectorAll('thead th[scope=col]').length).toBeGreaterThan(0);
      for (const row of table.querySelectorAll('tbody tr')) expect(row.querySelectorAll('th[scope=row]')).toHaveLength(1);
    }
  });

  test('fits in 400 KB', () => expect(html.length).toBeLessThan(400_000));
});

test('the same report gives the same bytes, however often', () => {
  expect(renderHtml(pass.report, pass.record)).toBe(renderHtml(pass.report, pass.record));
});

test('every plot is a picture with a name, beside a table', () => {
  const { document } = pageOf(pass);
  const plots = [...document.querySelectorAll('svg')].filter((svg) => svg.getAttribute('role') === 'img');
  expect(plots).toHaveLength(document.querySelectorAll('svg').length);
  expect(plots).toHaveLength(8);
  for (const svg of plots) expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(20);
  for (const figure of document.querySelectorAll('figure')) expect(figure.closest('section')?.querySelector('table')).not.toBeNull();
});

test('every check, event, decision, member and ledger line is in a table', () => {
  const { report, record } = twin;
  const { text } = pageOf(twin);
  for (const { name, wanted, got, why } of report.checks)
    for (const part of [name, wanted, got, why]) expect(text('#checks table')).toContain(part);
  for (const { what, text: said } of report.timeline) for (const part of [what, said]) expect(text('#events table')).toContain(part);
  for (const { inequality } of report.admission) expect(text('#admission table')).toContain(inequality);
  for (const { name, zone } of record.topology?.members ?? []) expect(text('#topology table')).toContain(`${name}${zone}`);
  expect(text('#ledger')).toContain('✗ 25 writes acknowledged and not read back');
  expect(text('#ledger')).toContain('writer#1391-402, 40413 writes');
  expect(text('#servers table')).toContain('pg-2@2through the endpoint2,283');
  expect(text('#provenance')).toContain('v24.21.0');
});

test('the headline says how it ended, in words', () => {
  const { text } = pageOf(pass);
  expect(text('header')).toContain('✓ PASS A');
  expect(text('header')).toContain('✓ ended as declared (pass)');
  expect(text('header')).toContain('started 2026-09-21 14:13:20 UTC');
});

test('a twin that failed as it must is shown as that, and never as a pass', () => {
  const { text } = pageOf(twin);
  expect(text('header')).toContain('✗ FAIL F');
  expect(text('header')).toContain('✓ ended as it must (fail F: acknowledged writes still on the 50 ms links die with the host)');
  expect(text('header')).not.toContain('PASS');
  expect(text('title')).toBe('FAIL F: aurora-async-twin');
});

test('a refused run says what was not done and why, and plots nothing', () => {
  const { document, text } = pageOf(refusal);
  expect(text('header')).toContain('? REFUSED');
  expect(text('header')).toContain('Not done: no load was started and no fault injected.');
  expect(text('#admission')).toContain('0 >= 1 is false: refuse (margin -1)');
  expect(document.querySelectorAll('svg')).toHaveLength(0);
  expect(text('#ledger')).toContain('Nothing was read back, so nothing is claimed about loss.');
  expect(text('#timeline')).toContain('nothing was measured');
});

test('differences of the topology are listed', () => {
  const { text } = pageOf({
    ...pass,
    report: aReport(pass.record, (each) => each.topology.differences.push('zones: declared 3, observed 2')),
  });
  expect(text('#topology .bad')).toBe('zones: declared 3, observed 2');
});

test('light and dark, and colours only by name', () => {
  const { html, document } = pageOf(pass);
  expect(html).toContain('color-scheme:light dark');
  const names = new Set([...html.matchAll(/var\((--[a-z0-9-]+)\)/g)].map((match) => match[1]));
  const [light = '', dark = ''] = html.split('@media screen and (prefers-color-scheme:dark)');
  for (const name of names) {
    if (name === '--tone') continue;
    expect(light, `${name} in light`).toContain(`${name}:`);
    expect(dark.slice(0, 1_000), `${name} in dark`).toContain(`${name}:`);
  }
  for (const svg of document.querySelectorAll('svg')) expect(svg.outerHTML).not.toMatch(/(fill|stroke)="(#|rgb|black|white|red)/);
});
