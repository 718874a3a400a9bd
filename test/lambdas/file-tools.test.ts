import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { fileCalendar } from '../../lab/calendar.ts';
import { fileEvidence } from '../../lab/evidence.ts';
import { calendarConformance, evidenceConformance } from './tools-conformance.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drill-'));
  folders.push(folder);
  return folder;
}

function aCalendar(text: string) {
  const path = join(aFolder(), 'freeze.json');
  writeFileSync(path, text);
  return fileCalendar(path);
}

evidenceConformance('a folder', () => fileEvidence(aFolder()));
calendarConformance('a file', {
  open: () => aCalendar('[]'),
  closed: () => aCalendar(JSON.stringify([{ from: '2027-01-15T00:00:00Z', to: '2027-01-16T00:00:00Z', why: 'sale' }])),
  unreadable: () => aCalendar('[{ "from": '),
});
