import type { EtcdDrill } from '../drill.ts';
import type { Record, ServerAcks } from '../record.ts';
import type { Elections } from '../report.ts';
import type { Timeline } from '../timeline.ts';

/**
 * Elections from the fault until healing began, which has its own: every one raises the term, won or not. null where nothing
 * tells when the fault was, or where a restore begins to count anew; `leaders` is null where no answer after the fault told a term.
 */
export function electionsOf(drill: EtcdDrill, record: Record, { fault_at, healing_at }: Timeline): Elections | null {
  const { topology } = record;
  if (topology?.store !== 'etcd' || fault_at === null || drill.fault.kind === 'snapshot-restore') return null;
  const from_at = fault_at - record.probe.clock_uncertainty_ms;
  const before = termBefore(record, from_at);
  const after = answersOf(record).flatMap(({ term, first_done_at, last_send_at }) =>
    last_send_at >= from_at && first_done_at <= healing_at ? [term] : [],
  );
  const led = topology.leader !== null && record.victims.includes(topology.leader);
  return {
    leaders: after.length === 0 ? null : Math.max(0, ...after.map((term) => term - before)),
    least: led ? 1 : 0,
    controllers: 0,
    least_controllers: 0,
  };
}

/** An answer that was asked for after the fault, and came before healing, told of a later term than any before. */
export function ledAnew(record: Record, fault_from: number, healing_at: number): boolean {
  const before = termBefore(record, fault_from);
  return answersOf(record).some(
    ({ term, first_done_at, last_send_at }) => last_send_at >= fault_from && first_done_at <= healing_at && term > before,
  );
}

/** What was in flight at the fault tells the term of either side of it. */
function termBefore(record: Record, from_at: number): number {
  const told = answersOf(record).flatMap(({ term, first_done_at }) => (first_done_at < from_at ? [term] : []));
  return Math.max(record.topology?.store === 'etcd' ? record.topology.term : 0, ...told);
}

/** Answers of a member in one term; a server is named `etcd-1@4`. */
function answersOf({ probe }: Record): (ServerAcks & { term: number })[] {
  return probe.lanes.flatMap(({ servers }) =>
    servers.flatMap((server) => {
      const term = Number(/@(\d+)$/.exec(server.server)?.[1] ?? Number.NaN);
      return Number.isNaN(term) ? [] : [{ ...server, term }];
    }),
  );
}
