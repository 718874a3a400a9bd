import type { Event, EventName, Record } from './record.ts';

/** The instants that grading counts from, epoch milliseconds; null where nothing tells them. */
export interface Timeline {
  /** Earliest sign of the fault: the experiment's own start, or the event that says so. */
  fault_at: number | null;
  /** When the whole fault was known to be in force. */
  confirmed_at: number | null;
  /** When what was lost began to come back. */
  returned_at: number | null;
  /** When healing began, which stops, starts and elects on its own account; infinite where it never did. */
  healing_at: number;
  /** Starts of the experiments, one for each step of a roll, oldest first. */
  rounds: number[];
  /** All events, oldest first. */
  events: Event[];
}

/** Reads the instants out of a record, whatever the order of its events. */
export function timelineOf(record: Record): Timeline {
  const events = [...record.events].sort(byTime);
  const rounds = record.experiments.flatMap(({ start_at }) => (start_at === null ? [] : [start_at])).sort((a, b) => a - b);
  const known = [...rounds, ...timesOf(events, 'fault-started')];
  const fault_at = known.length === 0 ? null : Math.min(...known);
  const confirmed_at = timesOf(events, 'fault-confirmed').at(-1) ?? null;
  const healing_at = timesOf(events, 'healing')[0] ?? Number.POSITIVE_INFINITY;
  return { fault_at, confirmed_at, returned_at: returnOf(events, confirmed_at), healing_at, rounds, events };
}

/** One part of a recovery, in milliseconds after its beginning. */
export interface RecoveryStep {
  name: string;
  from_ms: number;
  /** null where it was waited for and nobody saw it. */
  to_ms: number | null;
}

/** The steps of a failover in milliseconds after `from_at`, each from where the one before it ended. */
export function stepsOf(events: Event[], from_at: number, firstOk_at: number | null): RecoveryStep[] {
  const marks: [name: string, at: number | undefined | null][] = [
    ['noticed', firstAfter(events, 'writer-suspected', from_at)],
    ['old writer detached', firstAfter(events, 'writer-detached', from_at)],
    ['new writer promoted', firstAfter(events, 'writer-promoted', from_at)],
    ['endpoint moved', firstAfter(events, 'endpoint-moved', from_at)],
    ['copy back', firstAfter(events, 'member-back', from_at)],
    ['first write acknowledged', firstOk_at],
  ];
  return oneAfterTheOther(
    marks.filter(([, at]) => at != null && (firstOk_at === null || at <= firstOk_at)),
    from_at,
  );
}

/** An instant that a recovery passes through; null where it has none. */
export type Mark = [name: string, at: number | 'unseen' | undefined | null];

/** Instants as steps after `from_at`, each from where the one before it ended, and those that nobody saw at the end. */
export function oneAfterTheOther(marks: Mark[], from_at: number): RecoveryStep[] {
  const known = marks.flatMap(([name, at]) => (typeof at !== 'number' || at < from_at ? [] : [{ name, at }]));
  let from_ms = 0;
  const steps = known
    .sort((a, b) => a.at - b.at)
    .map(({ name, at }) => {
      const step = { name, from_ms, to_ms: tenth(at - from_at) };
      from_ms = step.to_ms;
      return step;
    });
  return [...steps, ...marks.flatMap(([name, at]) => (at === 'unseen' ? [{ name, from_ms, to_ms: null }] : []))];
}

/**
 * `member-back` comes only once a copy streams, after it may have confirmed writes; so without the event that says when the
 * return began, the time below quorum has no known end.
 */
function returnOf(events: Event[], confirmed_at: number | null): number | null {
  if (confirmed_at === null) return null;
  const after = (what: EventName) => timesOf(events, what).filter((at) => at > confirmed_at);
  const began = after('fault-ended');
  return began.length === 0 ? null : Math.min(...began, ...after('member-back'));
}

function firstAfter(events: Event[], what: EventName, from_at: number): number | undefined {
  return events.find((event) => event.what === what && event.at >= from_at)?.at;
}

function timesOf(events: Event[], what: EventName): number[] {
  return events.filter((event) => event.what === what).map((event) => event.at);
}

function byTime(a: Event, b: Event): number {
  return a.at - b.at || compare(a.what, b.what) || compare(a.who ?? '', b.who ?? '') || compare(a.text, b.text);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Milliseconds rounded to a tenth, as the report prints them. */
function tenth(value_ms: number): number {
  return Math.round(value_ms * 10) / 10;
}
