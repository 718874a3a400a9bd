import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput } from '../core/errors.ts';
import type { Record } from '../core/record.ts';
import { parseRecordText } from '../core/record-schema.ts';
import type { Report } from '../core/report.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';

const documents = ['record.json', 'report.json', 'report.html'];

/** Makes the folder of a run and checks that it can be written, before anything starts; what an earlier run left there is no result of this one. */
export async function outFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
    await Promise.all(documents.map((document) => rm(join(path, document), { force: true })));
  } catch (error) {
    throw new BadInput(
      '--out',
      `${path} (${(error as NodeJS.ErrnoException).code ?? error})`,
      'a folder that can be written',
      'name another folder with --out',
    );
  }
  return path;
}

/** Writes `record.json`, `report.json` and `report.html`. */
export async function writeRun(folder: string, record: Record, report: Report): Promise<void> {
  await writeFile(join(folder, 'record.json'), renderJson(record));
  await writeReport(folder, report);
  await writeFile(join(folder, 'report.html'), renderHtml(report, record));
}

/** Writes `report.json` alone: all there is of a run that left no record. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await writeFile(join(folder, 'report.json'), renderJson(report));
}

/** A record from a file, or BadInput that says what is wrong with it. */
export async function readRecord(path: string): Promise<Record> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new BadInput(
      'record',
      `${path} (${(error as NodeJS.ErrnoException).code ?? error})`,
      'a record.json that can be read',
      'name the record.json of a run',
    );
  }
  return parseRecordText(text);
}
