import { reason } from './task.ts';
import type { Tools } from './tools.ts';

/** Evidence could not be written after every retry; what was to be written is in the log. */
export class EvidenceRefused extends Error {
  override name = 'EvidenceRefused' as const;
}

/** Waits between the tries to store one document. */
const retry_after_ms = [200, 1_000, 3_000];

/** Longest part of a document in one line of the log. */
const log_part_chars = 100_000;

/** Keys of a run's documents. */
export const keys = {
  record: (run: string) => `${run}/record.json`,
  report: (run: string) => `${run}/report.json`,
  readback: (run: string) => `${run}/readback.json`,
  segment: (run: string, segment: number) => `${run}/segments/${segment}.json`,
};

/** Stores a document, trying again when the store refuses. When it keeps refusing, the document goes to the log in parts and EvidenceRefused is thrown. */
export async function store(tools: Tools, key: string, value: unknown): Promise<string> {
  let why = '';
  for (const pause_ms of [0, ...retry_after_ms]) {
    if (pause_ms > 0) await tools.clock.sleep(pause_ms);
    try {
      await tools.evidence.put(key, value);
      return key;
    } catch (error) {
      why = reason(error);
    }
  }
  log(key, JSON.stringify(value));
  throw new EvidenceRefused(`evidence ${key}: got ${why}, wanted it stored; the document is in the log in parts`);
}

function log(key: string, text: string): void {
  const parts = Math.ceil(text.length / log_part_chars);
  for (let part = 0; part < parts; part += 1) {
    process.stderr.write(`evidence ${key} part ${part + 1}/${parts}: ${text.slice(part * log_part_chars, (part + 1) * log_part_chars)}\n`);
  }
}
