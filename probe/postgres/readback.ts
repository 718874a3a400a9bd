import { Client, type ClientConfig } from 'pg';
import { LaneLedger } from '../../core/ledger.ts';
import type { LaneReadback } from '../../core/record.ts';
import { page } from './statements.ts';

const rows_per_page = 20_000;
const connect_limit_ms = 10_000;
const page_limit_ms = 60_000;

/**
 * What the store holds of each lane, page by page in the order in which it took the rows: memory is a page and three bits a number.
 * Numbers from `count` on belong to a witness that died before it could tell of them, and are left out.
 */
export async function readLanes(server: ClientConfig, run: string, lanes: { lane: string; count: number }[]): Promise<LaneReadback[]> {
  const ledgers = new Map(lanes.map(({ lane, count }) => [lane, new LaneLedger(count)]));
  const client = new Client({
    ...server,
    connectionTimeoutMillis: connect_limit_ms,
    query_timeout: page_limit_ms,
    application_name: 'quorum-drill readback',
  });
  // Without a listener a connection that breaks between two pages would end the process; the next page rejects.
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (let after: string | undefined = '0'; after !== undefined; ) after = await readPage(client, run, after, ledgers);
  } finally {
    await client.end();
  }
  return lanes.map(({ lane }) => {
    const ledger = ledgers.get(lane) ?? new LaneLedger();
    return { lane, present: ledger.present(), duplicated: ledger.duplicated, reordered: ledger.reordered };
  });
}

/** Reads one page and returns where the next begins, undefined after the last. */
async function readPage(client: Client, run: string, after: string, ledgers: Map<string, LaneLedger>): Promise<string | undefined> {
  const { rows } = await client.query<[seq: string, lane: string, n: string]>({
    ...page,
    values: [run, after, rows_per_page],
    rowMode: 'array',
  });
  for (const [, lane, text] of rows) {
    const ledger = ledgers.get(lane);
    const n = Number(text);
    if (ledger && n < ledger.count) ledger.read(n);
  }
  return rows.length < rows_per_page ? undefined : rows.at(-1)?.[0];
}
