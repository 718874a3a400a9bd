import type { Event } from '../../../core/record.ts';
import type { LogEntry } from './control-plane.ts';

/** One thing that RDS says of a failover; `to` is the instance that it names, null where it names none. */
export interface Move {
  at: number;
  what: 'started' | 'completed' | 'promoting-again' | 'failed';
  to: string | null;
  message: string;
}

/**
 * What RDS writes, by message: DescribeEvents leaves the numbers out. In the user guide they are RDS-EVENT-0072 and 0073
 * (started), 0071 (completed), 0070 (the previous primary again) and 0069 (failed).
 */
const said: [what: Move['what'], pattern: RegExp][] = [
  ['started', /^Started (?:same|cross) AZ failover to DB instance:?\s*(\S+)/i],
  ['completed', /^Completed failover to DB instance:?\s*(\S+)/i],
  ['promoting-again', /^Promoting previous primary again:?\s*(\S+)/i],
  ['failed', /^(?:Cluster )?failover (?:has )?failed/i],
];

/** The cluster's failovers out of its log. */
export function movesIn(log: LogEntry[]): Move[] {
  return log.flatMap(({ at, message }) => {
    for (const [what, pattern] of said) {
      const found = pattern.exec(message);
      if (found !== null) return [{ at, what, to: found[1]?.replace(/[.,;]$/, '') ?? null, message }];
    }
    return [];
  });
}

/** FIS's and RDS's clocks, and the age of the view that named the writer, may differ by so much. */
const clocks_ms = 1_000;
const view_ms = 10_000;

/** Whom admission named as the writer and when, and when FIS's action began. */
export interface Injection {
  writer: string;
  injecting_at: number;
  start_at: number | null;
}

/**
 * Whom the failover took the role from: the writer admitted, or the one that a failover of somebody else's had promoted
 * meanwhile. null while RDS has told of no failover, or of several, or of one to that very writer: then nobody knows.
 */
export function takenFrom(moves: Move[], { writer, injecting_at, start_at }: Injection): string | null {
  const began = moves.filter(({ what, at }) => what === 'started' && at >= (start_at ?? injecting_at) - clocks_ms);
  const [ours] = began;
  if (ours === undefined || began.length > 1) return null;
  const before = moves.filter(({ what, at }) => what === 'completed' && at >= injecting_at - view_ms && at < ours.at);
  const victim = before.at(-1)?.to ?? writer;
  return ours.to === victim ? null : victim;
}

/** The failover as events of a record; those before the injection are somebody else's, and start no fault. */
export function eventsOf(moves: Move[], injection: Injection): Event[] {
  const victim = takenFrom(moves, injection);
  return moves.flatMap(({ at, what, to, message }): Event[] => {
    if (what === 'failed') return [{ at, what: 'experiment-status', text: message }];
    if (what !== 'started') return [{ at, what: 'writer-promoted', ...(to === null ? {} : { who: to }), text: message }];
    if (at < injection.injecting_at - clocks_ms) return [];
    return [{ at, what: 'fault-started', ...(victim === null ? {} : { who: victim }), text: message }];
  });
}

/** What an instance's own log says of its shutdown and restart (RDS-EVENT-0004 and 0006). */
export function instanceEvents(log: LogEntry[]): Event[] {
  return log.flatMap(({ at, source: who, message }): Event[] => {
    if (/^DB instance shutdown/i.test(message)) return [{ at, what: 'member-lost', who, text: message }];
    return /^DB instance restarted/i.test(message) ? [{ at, what: 'member-back', who, text: message }] : [];
  });
}
