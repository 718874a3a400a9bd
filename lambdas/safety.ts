import type { Drill } from '../core/drill.ts';
import type { ObservedTopology } from '../core/topology.ts';
import { fresh_ms } from './deadlines.ts';
import { clipped, reason } from './task.ts';
import type { RunRow, Tools } from './tools.ts';

/** Why the calendar forbids the time between, or null. An unreadable calendar is closed. */
export async function closedBecause(tools: Tools, from: number, to: number): Promise<string | null> {
  try {
    const { open, why } = await tools.calendar.open(from, to);
    return open ? null : `the calendar is closed: ${clipped(why)}`;
  } catch (error) {
    return `the calendar cannot be read, so it is closed: ${reason(error)}`;
  }
}

/** Why the drill's guard alarms forbid going on, or null. Anything but OK does, and so does an alarm nobody can read. */
export async function guardBecause(tools: Tools, drill: Drill): Promise<string | null> {
  return alarmedBecause(tools, 'guard', drill.guards);
}

/**
 * Why the alarm on the probe's heartbeat would stop an experiment, or null. It is OK only while witnesses write, so it is asked
 * for under load, before each start, and never before or between.
 */
export async function unheardBecause(tools: Tools, drill: Drill): Promise<string | null> {
  const alarm = tools.probe.alarm?.(drill);
  return alarm === undefined ? null : alarmedBecause(tools, 'heartbeat', [alarm]);
}

async function alarmedBecause(tools: Tools, kind: 'guard' | 'heartbeat', names: string[]): Promise<string | null> {
  if (names.length === 0) return null;
  try {
    const alarms = await tools.metrics.alarms(names);
    for (const name of names) {
      const state = alarms.find((alarm) => alarm.name === name)?.state ?? 'INSUFFICIENT_DATA';
      if (state !== 'OK') return `${kind} alarm ${name} is ${state}`;
    }
    return null;
  } catch (error) {
    return `the ${kind} alarms cannot be read: ${reason(error)}`;
  }
}

/** The topology as it is now, or why nobody can say: unreadable, or seen more than 5 s ago. */
export async function freshTopology(tools: Tools, drill: Drill): Promise<{ topology: ObservedTopology } | { why: string }> {
  try {
    const topology = await tools.topology.observe(drill);
    const age_ms = tools.clock.now() - topology.observed_at;
    if (age_ms > fresh_ms) return { why: `the topology was seen ${age_ms} ms ago, longer than ${fresh_ms} ms` };
    return { topology };
  } catch (error) {
    return { why: `the topology cannot be read: ${reason(error)}` };
  }
}

/** Why the run no longer holds its store until `until`, or null. */
export async function leaseLostBecause(tools: Tools, row: RunRow, until: number): Promise<string | null> {
  const lease = await tools.runs.lease(row.store);
  if (lease === undefined || lease.state !== 'held' || lease.run !== row.run || lease.fence !== row.fence)
    return `the lease of ${row.store} is ${lease === undefined ? 'gone' : `${lease.state} by ${lease.run ?? 'nobody'}`}, not held by ${row.run}`;
  return lease.expires_at > until ? null : `the lease of ${row.store} expires before the drill could end`;
}
