import type { Event, EventName, Record } from '../core/record.ts';
import { downOf } from './bands.ts';
import type { Window } from './bins.ts';
import { brief } from './clean.ts';
import { zeroOf } from './reading.ts';

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

const unmarked: ReadonlySet<EventName> = new Set(['claimed', 'admitted', 'refused', 'load-started', 'experiment-status']);
const most_marks = 14;
/** Left out first where there are too many: the steps of a roll repeat them. */
const lesser: ReadonlySet<EventName> = new Set(['injecting', 'fault-confirmed', 'fault-ended', 'member-stopping']);

/** Room that a label needs in the plots' type, in pixels; measured wide, since fonts differ. */
export function textWidth(label: string): number {
  return label.length * 6.6;
}

/** Events with labels that neither overlap nor cross each other's leaders; those too many to draw are in the table alone. */
export function marksOf(events: Event[], window: Window, zero_at: number, width_px: number): EventMark[] {
  const inside = events.filter(({ at, what }) => at >= window.from && at <= window.to && !unmarked.has(what));
  const px = (at: number) => ((at - window.from) / (window.to - window.from)) * width_px;
  const busy: number[] = [];
  const all = together(inside);
  const told = all.length > most_marks ? all.filter(({ what }) => !lesser.has(what)) : all;
  return told.slice(0, most_marks).map(({ at, label }) => {
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
function together(events: Event[]): { at: number; what: EventName; label: string }[] {
  const groups: { at: number; what: EventName; who: string[] }[] = [];
  for (const { at, what, who } of events) {
    const same = groups.findLast((group) => group.what === what && at - group.at <= 250);
    if (same && who) same.who.push(who);
    else if (!same) groups.push({ at, what, who: who ? [who] : [] });
  }
  return groups.map(({ at, what, who }) => ({
    at,
    what,
    label: brief(
      `${what.replaceAll('-', ' ')}${who.length > 3 ? ` (${who.length})` : who.length ? ` ${who.map((each) => brief(each, 16)).join(', ')}` : ''}`,
      44,
    ),
  }));
}
