import type { Record } from '../core/record.ts';
import { parseRecord } from '../core/record-schema.ts';
import type { Report } from '../core/report.ts';
import type { RunRow, Tools } from './tools.ts';

/** The documents that a run stored; null where there is none. Throws when one cannot be read. */
export async function storedDocuments(
  row: RunRow | undefined,
  { evidence }: Pick<Tools, 'evidence'>,
): Promise<{ record: Record | null; report: Report | null }> {
  const get = async (key: string | null | undefined): Promise<unknown> => (key ? evidence.get(key) : undefined);
  const [record, report] = await Promise.all([get(row?.keys.record), get(row?.keys.report)]);
  return { record: record === undefined ? null : parseRecord(record), report: (report as Report | undefined) ?? null };
}
