import type { GatewayRequest } from './connection.ts';

/** Enough for the longest lane, so that keys sort as their numbers do. */
const digits = 9;

/** One key for each number of a lane: a write that is applied twice changes nothing but its revision. */
export function keyOf(run: string, lane: string, n: number): string {
  return `${laneKeys(run, lane)}/${String(n).padStart(digits, '0')}`;
}

/** The number in a key of a lane. */
export function numberOf(key: string): number {
  return Number(key.slice(-digits));
}

export function put(run: string, lane: string, n: number, planned_at: number): GatewayRequest {
  return { path: '/v3/kv/put', body: { key: encoded(keyOf(run, lane, n)), value: encoded(String(planned_at)) }, needs_leader: true };
}

/** What of a lane's keys a range asks for: numbers from `from` up to `to`, to the lane's end without it. */
export interface KeyRange {
  run: string;
  lane: string;
  from: number;
  to?: number;
  limit?: number;
  revision?: number;
  serializable?: boolean;
}

/** Keys without their values, in the order of their numbers. */
export function range({ run, lane, from, to, limit = 0, revision = 0, serializable = false }: KeyRange): GatewayRequest {
  // '0' follows '/', so this is the end of the lane's keys.
  const end = to === undefined ? `${laneKeys(run, lane)}0` : keyOf(run, lane, to);
  const key = encoded(keyOf(run, lane, from));
  return {
    path: '/v3/kv/range',
    body: { key, range_end: encoded(end), limit, revision, serializable, keys_only: true },
    // A member that is alone still answers a serializable read.
    needs_leader: !serializable,
  };
}

function laneKeys(run: string, lane: string): string {
  return `quorum-drill/${run}/${lane}`;
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
