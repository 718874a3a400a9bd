import type { Report } from '../../core/report.ts';
import { restoreRows } from '../restore.ts';
import { type Look, row, title } from './paint.ts';

/** Snapshot, RTO and RPO; nothing where no snapshot was restored. */
export function restoreLines({ restore }: Report, look: Look): string[] {
  if (restore === undefined) return [];
  return [
    ...title('RESTORE', look),
    ...restoreRows(restore).flatMap(({ label, text, bad }) => row(label, text, look, { column: 16, as: bad ? 'bad' : 'plain' })),
  ];
}
