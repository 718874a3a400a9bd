import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Lease, RunRow } from '../tools.ts';

/** An item of the one table: partition `pk`, sort `sk`, both strings. */
export type Item = { [attribute: string]: AttributeValue };

/** Where each kind of item lives. */
export const at = {
  row: (run: string): Item => ({ pk: text(`${row_prefix}${run}`), sk: text(rowSort) }),
  lease: (store: string): Item => ({ pk: text(`STORE#${store}`), sk: text('LEASE') }),
  slot: (slot: string): Item => ({ pk: text(`SLOT#${slot}`), sk: text('CLAIM') }),
};

/** Index of the rows not released, which alone carry its attribute of the same name. */
export const unreleased = 'unreleased';
export const still = 'yes';

const row_prefix = 'RUN#';

/** Sort key of every run's row. */
export const rowSort = 'ROW';

/** Rows that are released and slots that were filled are forgotten so long after; no decision waits for that. */
const remembered_s = 400 * 24 * 60 * 60;

/** DynamoDB takes items of 400 KiB, names included; a row compresses about tenfold and stays far below. */
const row_limit_bytes = 380 * 1024;

/** A row outgrew what DynamoDB takes; it was not written. */
export class RowTooLarge extends Error {
  override name = 'RowTooLarge' as const;
}

// In threads of its own: the witness measures while its heartbeats are packed.
const pack = promisify(gzip);
const unpack = promisify(gunzip);

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** A row as an item, its body compressed. `nonce` tells the writer's own write from another's of the same version. */
export async function rowItem(row: RunRow, nonce: string): Promise<Item> {
  const body = await pack(JSON.stringify(row));
  if (body.length > row_limit_bytes)
    throw new RowTooLarge(
      `row of run ${row.run}: got ${body.length} bytes compressed, wanted at most ${row_limit_bytes}; large things belong in evidence`,
    );
  return {
    ...at.row(row.run),
    version: number(row.version),
    nonce: text(nonce),
    body: { B: body },
    drill: text(row.drill),
    store: text(row.store),
    phase: text(row.phase),
    claimed_at: number(row.claimed_at),
    expires_at: number(row.expires_at),
    ...(row.released === null ? { [unreleased]: text(still) } : { released: text(row.released), ...forgotten(row.claimed_at) }),
  };
}

/** The attribute by which the table's own expiry takes an item away, in epoch seconds. */
export function forgotten(since_ms: number): Item {
  return { forget_at_s: number(Math.floor(since_ms / 1000) + remembered_s) };
}

/** The row's JSON, for whoever reads it twice. */
export async function bodyOf(item: Item): Promise<string> {
  const body = item.body?.B;
  if (body === undefined) throw new Error(`row ${item.pk?.S}: got no body, wanted a compressed one; was it written by another program?`);
  return (await unpack(body)).toString();
}

export function runOf(item: Item): string {
  return (item.pk?.S ?? '').slice(row_prefix.length);
}

export function leaseIn(item: Item): Lease {
  return {
    store: (item.pk?.S ?? '').slice('STORE#'.length),
    state: item.state?.S as Lease['state'],
    run: item.run?.S ?? null,
    fence: Number(item.fence?.N),
    expires_at: Number(item.expires_at?.N),
    why: item.why?.S ?? '',
  };
}
