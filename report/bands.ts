import type { Lane, Outage, Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { timelineOf } from '../core/timeline.ts';
import type { Window } from './bins.ts';
import { targetsByClass } from './partitions.ts';
import { interval, many, setting, span } from './phrases.ts';
import { zeroOf } from './reading.ts';

/** A stretch drawn behind the plots, seconds from t = 0; `soft` ends are where it may have begun or ended. */
export interface Band {
  kind: 'fault' | 'down' | 'expected';
  from_s: number;
  to_s: number;
  /** Earliest end: between it and `to_s` lies what the probe could not resolve. */
  certain_s: number;
  /** Of several stretches on one row only the last is labelled. */
  label: string;
  row: number;
}

type Piece = Omit<Band, 'kind' | 'label' | 'row'>;
type Row = { kind: Band['kind']; label: string; pieces: Piece[] };
type Down = { start: [number, number]; end: [number, number] | null };

/** The stretch in which clients could not rely on writes, as the lanes saw it: its start and end as spans, no end where none was seen. */
export function downOf(record: Record): Down | null {
  const outages = outagesOf(record, () => true);
  return outages.length === 0 ? null : around(outages);
}

/** Fault, outages and expectation on the axis of the plots, a row each. */
export function bandsOf(report: Report, record: Record, window: Window): Band[] {
  const zero = zeroOf(record).at;
  const { fault_at, returned_at } = timelineOf(record);
  if (fault_at === null) return [];
  const s = (at: number) => (at - zero) / 1000;
  const down = downOf(record);
  const rows = [faultRow(record, fault_at, s), ...downRows(report, record, window, s)];
  if (report.recovery) {
    const { expected, stopped, limit_ms } = report.recovery;
    const from = stopped ? (returned_at ?? fault_at) : (down?.start[1] ?? fault_at);
    const to_s = s(from + expected.hi_ms);
    rows.push({
      kind: 'expected',
      label: `writes expected back after ${interval(expected)} (limit ${setting(limit_ms)})`,
      pieces: [{ from_s: s(from + expected.lo_ms), to_s, certain_s: to_s }],
    });
  }
  return rows.flatMap(({ kind, label, pieces }, row) =>
    pieces.map((piece, n): Band => ({ kind, ...piece, label: n === pieces.length - 1 ? label : '', row })),
  );
}

/** A roll has one experiment a step; all of them are drawn. */
function faultRow(record: Record, fault_at: number, s: (at: number) => number): Row {
  const ran = record.experiments.flatMap(({ start_at, end_at }) => (start_at === null ? [] : [[start_at, end_at ?? start_at] as const]));
  const piece = ([from, to]: readonly [number, number]): Piece => ({ from_s: s(from), to_s: s(to), certain_s: s(to) });
  if (ran.length > 1) return { kind: 'fault', label: `fault, ${many(ran.length, 'step')}`, pieces: ran.map(piece) };
  const fault_end = record.experiments.reduce((end, each) => Math.max(end, each.end_at ?? fault_at), fault_at);
  return { kind: 'fault', label: `fault, the experiment ran ${span(fault_end - fault_at)}`, pieces: [piece([fault_at, fault_end])] };
}

/** One row for all lanes; where the fault hits partitions in different ways, one row for each of them that was hit. */
function downRows(report: Report, record: Record, window: Window, s: (at: number) => number): Row[] {
  const piece = ({ start, end }: Down): Piece => {
    const [certain, to] = end ?? [window.to, window.to];
    return { from_s: s(start[0]), certain_s: s(certain), to_s: s(to) };
  };
  const classes = targetsByClass(report, record);
  const length = report.recovery?.stopped ?? report.recovery;
  const label = `writes down ${length ? interval(length) : 'from here'}`;
  if (classes.length === 0) {
    const down = downOf(record);
    return down ? [{ kind: 'down', label, pieces: [piece(down)] }] : [];
  }
  return classes.flatMap(([name, targets]): Row[] => {
    const pieces = apart(outagesOf(record, ({ target }) => targets.has(target))).map(piece);
    // What a negative drill stops counts from its return; here stands how long it was down.
    const own = name === 'below min ISR' ? report.recovery?.stopped : report.recovery?.classes.find((each) => each.name === name);
    const words = classes.length === 1 || !own ? label : `${name}: down ${interval(own)}`;
    return pieces.length === 0 ? [] : [{ kind: 'down', label: words, pieces }];
  });
}

function outagesOf(record: Record, which: (lane: Lane) => boolean): Outage[] {
  const { fault_at } = timelineOf(record);
  if (fault_at === null) return [];
  const from = fault_at - record.probe.clock_uncertainty_ms;
  return record.probe.lanes
    .filter((lane) => lane.kind === 'service' && which(lane))
    .flatMap((lane) => lane.outages.filter((each) => each.start[1] >= from));
}

function around(outages: Outage[]): Down {
  const first = outages.reduce((a, b) => (b.start[0] < a.start[0] ? b : a));
  const ends = outages.flatMap((each) => (each.end ? [each.end] : []));
  const last = ends.length < outages.length ? null : ends.reduce((a, b) => (b[1] > a[1] ? b : a));
  return { start: first.start, end: last };
}

/** Outages of several lanes that overlap are one stretch; between the stretches all of them wrote. */
function apart(outages: Outage[]): Down[] {
  const groups: Outage[][] = [];
  for (const outage of [...outages].sort((a, b) => a.start[0] - b.start[0])) {
    const open = groups.at(-1);
    const until = open ? Math.max(...open.map(({ end }) => end?.[1] ?? Number.POSITIVE_INFINITY)) : 0;
    if (open && outage.start[0] <= until) open.push(outage);
    else groups.push([outage]);
  }
  return groups.map(around);
}
