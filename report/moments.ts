import type { Event, EventName, Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { timelineOf } from '../core/timeline.ts';
import type { Window } from './bins.ts';
import { brief } from './clean.ts';
import { interval, setting, span } from './phrases.ts';
import { zeroOf } from './reading.ts';

/** A stretch drawn behind the plots, seconds from t = 0; `soft` ends are where it may have begun or ended. */
export interface Band {
  kind: 'fault' | 'down' | 'expected';
  from_s: number;
  to_s: number;
  /** Earliest end: between it and `to_s` lies what the probe could not resolve. */
  certain_s: number;
  label: string;
}

/** An event with room for its label: `row` 0 is the topmost. */
export interface EventMark {
  at_s: number;
  label: string;
  row: number;
  anchor: 'start' | 'end';
}

const longest_shown_ms = 120_000;

/** What the plots show: all that was watched, or where that is long, what surrounds the fault. */
export function windowOf(record: Record): Window | null {
  const starts = [...record.probe.segments.map((each) => each.from), ...record.series.map((each) => each.start_at)];
  const ends = [
    ...record.probe.segments.map((each) => each.to),
    ...record.series.map((each) => each.start_at + each.points.length * each.bin_ms),
  ];
  if (starts.length === 0) return null;
  const [from, to] = [Math.min(...starts), Math.max(...ends)];
  if (!(to > from)) return null;
  if (to - from <= longest_shown_ms) return { from, to };
  const down = downOf(record);
  const zero = zeroOf(record).at;
  const until = Math.max(zero + 60_000, (down?.end?.[1] ?? to) + 20_000);
  return { from: Math.max(from, zero - 20_000), to: Math.min(to, until) };
}

/** The stretch in which clients could not rely on writes, as the lanes saw it: its start and end as spans, no end where none was seen. */
export function downOf(record: Record): { start: [number, number]; end: [number, number] | null } | null {
  const { fault_at } = timelineOf(record);
  if (fault_at === null) return null;
  const from = fault_at - record.probe.clock_uncertainty_ms;
  const outages = record.probe.lanes
    .filter((lane) => lane.kind === 'service')
    .flatMap((lane) => lane.outages.filter((each) => each.start[1] >= from));
  if (outages.length === 0) return null;
  const first = outages.reduce((a, b) => (b.start[0] < a.start[0] ? b : a));
  const ends = outages.flatMap((each) => (each.end ? [each.end] : []));
  const last = ends.length < outages.length ? null : ends.reduce((a, b) => (b[1] > a[1] ? b : a));
  return { start: first.start, end: last };
}

/** Fault, outage and expectation on the axis of the plots. */
export function bandsOf(report: Report, record: Record, window: Window): Band[] {
  const zero = zeroOf(record).at;
  const { fault_at, returned_at } = timelineOf(record);
  if (fault_at === null) return [];
  const s = (at: number) => (at - zero) / 1000;
  const down = downOf(record);
  const fault_end = record.experiments.reduce((end, each) => Math.max(end, each.end_at ?? fault_at), fault_at);
  const bands: Band[] = [
    {
      kind: 'fault',
      from_s: s(fault_at),
      to_s: s(fault_end),
      certain_s: s(fault_end),
      label: `fault, the experiment ran ${span(fault_end - fault_at)}`,
    },
  ];
  if (down) {
    const length = report.recovery?.stopped ?? report.recovery;
    const end = down.end ?? [window.to, window.to];
    bands.push({
      kind: 'down',
      from_s: s(down.start[0]),
      certain_s: s(end[0]),
      to_s: s(end[1]),
      label: `writes down ${length ? interval(length) : 'from here'}`,
    });
  }
  if (report.recovery) {
    const { expected, stopped, limit_ms } = report.recovery;
    const from = stopped ? (returned_at ?? fault_at) : (down?.start[1] ?? fault_at);
    const ends = { from_s: s(from + expected.lo_ms), to_s: s(from + expected.hi_ms) };
    bands.push({
      kind: 'expected',
      ...ends,
      certain_s: ends.to_s,
      label: `writes expected back after ${interval(expected)} (limit ${setting(limit_ms)})`,
    });
  }
  return bands;
}

const unmarked: ReadonlySet<EventName> = new Set(['claimed', 'admitted', 'refused', 'load-started', 'experiment-status']);
const most_marks = 14;

/** Room that a label needs in the plots' type, in pixels; measured wide, since fonts differ. */
export function textWidth(label: string): number {
  return label.length * 6.6;
}

/** Events with labels that neither overlap nor cross each other's leaders; those too many to draw are in the table alone. */
export function marksOf(events: Event[], window: Window, zero_at: number, width_px: number): EventMark[] {
  const inside = events.filter(({ at, what }) => at >= window.from && at <= window.to && !unmarked.has(what));
  const px = (at: number) => ((at - window.from) / (window.to - window.from)) * width_px;
  const busy: number[] = [];
  return together(inside)
    .slice(0, most_marks)
    .map(({ at, label }) => {
      const wide = textWidth(label) + 12;
      const anchor = px(at) + wide > width_px ? 'end' : 'start';
      const left = anchor === 'start' ? px(at) : px(at) - wide;
      // Below every label that is still running here, so that the leader down to the plot crosses none of them.
      const row = busy.findLastIndex((until) => until > left) + 1;
      busy[row] = left + wide;
      return { at_s: (at - zero_at) / 1000, label, row, anchor };
    });
}

/** Events of one kind close together share a label: three copies of a zone are lost at once. */
function together(events: Event[]): { at: number; label: string }[] {
  const groups: { at: number; what: EventName; who: string[] }[] = [];
  for (const { at, what, who } of events) {
    const same = groups.findLast((group) => group.what === what && at - group.at <= 250);
    if (same && who) same.who.push(who);
    else if (!same) groups.push({ at, what, who: who ? [who] : [] });
  }
  return groups.map(({ at, what, who }) => ({
    at,
    label: brief(
      `${what.replaceAll('-', ' ')}${who.length > 3 ? ` (${who.length})` : who.length ? ` ${who.map((each) => brief(each, 16)).join(', ')}` : ''}`,
      44,
    ),
  }));
}
