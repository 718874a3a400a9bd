import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import { drills } from '../../drills/index.ts';
import { aRecord } from '../core/a-record.ts';
import { drill } from './drill.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe('bad input ends with 64 and says what, got, wanted and the next step', () => {
  test.each([
    ['unknown drill', ['run', 'aurora-failovr'], /aurora-failovr.*aurora-failover.*drill list/s],
    ['unknown drill to plan', ['plan', 'nothing'], /nothing.*drill list/s],
    ['unknown flag', ['run', 'aurora-failover', '--fats'], /unknown option '--fats'.*--help/s],
    ['unknown command', ['brake'], /unknown command 'brake'/],
    ['a place that is not there', ['run', 'aurora-failover', '--on', 'moon'], /moon.*lab/s],
    ['unknown format', ['report', 'x.json', '--format', 'pdf'], /pdf.*html/s],
    ['record that is not there', ['grade', '/nowhere/record.json'], /ENOENT.*record\.json/s],
    ['out that cannot be made', ['run', 'aurora-failover', '--out', '/dev/null/runs'], /--out.*\/dev\/null\/runs.*name another folder/s],
    ['a hostile name is printed harmlessly', ['plan', '\u001b[31m<script>'], /\\u001b\[31m<script>/],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await drill(args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toContain('internal error');
  });

  test('a drill home that cannot be', async () => {
    const { code, out, err } = await drill(['run', 'aurora-failover', '--out', join(folder, 'run')], { DRILL_HOME: '/dev/null' });
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toMatch(/drill home: got \/dev\/null .*set DRILL_HOME/);
  });

  test('a store that is none', async () => {
    const { code, err } = await drill(['heal', 'lab/mongo', '--confirm'], { DRILL_HOME: folder });
    expect(code).toBe(64);
    expect(err).toMatch(/store: got "lab\/mongo", wanted one of lab\/aurora/);
  });

  test.each([
    ['truncated', (text: string) => text.slice(0, text.length / 2), /record/],
    ['not JSON', () => 'hello', /record/],
    ['an empty file', () => '', /record/],
    ['a list', () => '[]', /record/],
    ['from the future', (text: string) => text.replace('"version":1', '"version":99'), /99/],
    ['with NaN', (text: string) => text.replace(/"started_at":[\d.]+/, '"started_at":NaN'), /record/],
    ['with a negative time', (text: string) => text.replace(/"started_at":[\d.]+/, '"started_at":-5'), /started_at/],
  ])('a record %s', async (name, spoil, message) => {
    const { code, out, err } = await drill(['grade', await file(`${name}.json`, spoil(JSON.stringify(aRecord())))]);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toMatch(message);
  });
});

test('a record is graded offline with the verdict as exit code, and json is one document', async () => {
  const record = aRecord();
  const path = await file('good.json', JSON.stringify(record));
  const { code, out } = await drill(['grade', path, '--json']);
  expect(code).toBe(0);
  const declared = drills.find(({ name }) => name === record.drill);
  expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(declared && grade(declared, record))));
});

test('every command has its help', async () => {
  const { out } = await drill(['--help']);
  const commands = [...out.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');
  expect(commands).toEqual(['list', 'plan', 'run', 'gameday', 'grade', 'report', 'map', 'status', 'stop', 'heal', 'prepare', 'doctor']);
  const helps = await Promise.all(commands.map((command) => drill([command, '--help'])));
  expect(helps.map(({ code }) => code)).toEqual(commands.map(() => 0));
  expect(helps.every(({ out }) => out.includes('Usage: drill'))).toBe(true);
});
