import { expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import type { Record } from '../../core/record.ts';
import { drills } from '../../drills/index.ts';
import { renderHtml } from '../../report/html.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { restoreRows } from '../../report/restore.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { aRecord } from '../core/a-record.ts';
import { aCorruptSnapshot, aLeaderLoss, aRestore, aStaleRestore } from '../core/etcd-stories.ts';

const look = { color: false, width: 100 };
const graded = (record: Record) => grade(drills.find(({ name }) => name === record.drill)!, record);
const rowsOf = (record: Record) =>
  restoreRows(graded(record).restore!).map(({ label, text, bad }) => `${bad ? '! ' : ''}${label}: ${text}`);

test('a restore tells snapshot, RTO beside its prediction, and RPO beside its limit', () => {
  expect(rowsOf(aRestore())).toEqual([
    `snapshot: 6.0 MB, 20,400 keys, revision 800, sha256 ${'c0ffee'.repeat(10)}`,
    'RTO: 1.80 to 1.84 s without writes, 330 ms to 4.44 s predicted before the loss',
    'RPO: 4.30 s and 430 revisions lost, at most 20 s allowed',
    'verified: 2.50 s after the restore began',
  ]);
});

test('an RPO beyond its limit and a refusal stand out', () => {
  expect(rowsOf(aStaleRestore())).toContain('! RPO: 20.3 s and 2,030 revisions lost, at most 20 s allowed');
  expect(rowsOf(aCorruptSnapshot('sha256 of the snapshot is a, saved as b'))).toContain(
    '! refused: sha256 of the snapshot is a, saved as b',
  );
});

test('every format has it where a snapshot was restored, and none elsewhere', () => {
  const formats = (record: Record) => {
    const report = graded(record);
    return [renderTerminal(report, record, look), renderMarkdown(report), renderHtml(report, record)];
  };
  for (const text of formats(aRestore())) expect(text).toMatch(/RPO.*4\.30 s and 430 revisions lost/s);
  for (const record of [aRecord(), aLeaderLoss()]) for (const text of formats(record)) expect(text).not.toMatch(/\bRPO\b/);
});

test('a page of an etcd run shows voters and what answered', () => {
  const record = aLeaderLoss();
  const page = renderHtml(graded(record), record);
  expect(page).toContain('3 voters in 3 zones, 3 healthy');
  expect(page).toContain('an election after 1 s without one');
  expect(page).toContain('reads answered by one member alone');
});
