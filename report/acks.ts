import type { Lane, Record } from '../core/record.ts';
import { clean } from './clean.ts';

/** What one server acknowledged in one way; every time epoch milliseconds. */
export interface Acks {
  server: string;
  /** The Kafka partition: each has a leader of its own. */
  partition?: number;
  kind: Lane['kind'];
  acked: number;
  first_at: number;
  last_at: number;
  /** From first to last without the pauses in which nothing was acknowledged for a second or more, or nothing is known. */
  stretches: [from: number, to: number][];
}

const pause_ms = 1_000;
const order: Lane['kind'][] = ['service', 'pinned', 'read', 'serializable'];

/** Servers that acknowledged, by the way they were asked and then by time. */
export function acksOf(record: Record): Acks[] {
  const groups = new Map<string, Acks & { targets: Set<string> }>();
  for (const { kind, target, servers, partition } of record.probe.lanes)
    for (const { server, acked, first_done_at, last_done_at } of servers) {
      const key = `${kind} ${partition ?? ''} ${server}`;
      const known = groups.get(key) ?? {
        server: clean(server, 60),
        ...(partition === undefined ? {} : { partition }),
        kind,
        acked: 0,
        first_at: first_done_at,
        last_at: last_done_at,
        stretches: [],
        targets: new Set(),
      };
      known.targets.add(target);
      const times = { first_at: Math.min(known.first_at, first_done_at), last_at: Math.max(known.last_at, last_done_at) };
      groups.set(key, { ...known, ...times, acked: known.acked + acked });
    }
  return [...groups.values()]
    .filter((each) => each.acked > 0)
    .map(({ targets, ...each }) => ({ ...each, stretches: stretchesOf(record, targets, each.first_at, each.last_at) }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.partition ?? 0) - (b.partition ?? 0) || a.first_at - b.first_at);
}

function stretchesOf(record: Record, targets: Set<string>, first_at: number, last_at: number): [number, number][] {
  const series = record.series.filter(({ name }) => targets.has(name.split('/')[0] ?? '') && name.split('/')[1] === 'acked');
  if (series.length === 0) return [[first_at, last_at]];
  const busy = series.flatMap((each) =>
    each.points.flatMap((point, n) => (point !== null && point > 0 ? [each.start_at + n * each.bin_ms] : [])),
  );
  const bin_ms = Math.max(...series.map((each) => each.bin_ms));
  const found: [number, number][] = [];
  for (const from of [...busy.filter((at) => at + bin_ms > first_at && at < last_at), last_at].sort((a, b) => a - b)) {
    const start = Math.max(from, first_at);
    const end = Math.min(from + bin_ms, last_at);
    const last = found.at(-1);
    if (last && start - last[1] < pause_ms) last[1] = Math.max(last[1], end);
    else found.push([found.length ? start : first_at, end]);
  }
  return found;
}
