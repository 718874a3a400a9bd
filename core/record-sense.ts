import { BadInput } from './errors.ts';
import type { Lane, Outage, Record } from './record.ts';
import { countRuns, decodeRuns } from './run-lengths.ts';

/** Throws BadInput when a record of the right shape contradicts itself, so that grading need not doubt its own input. */
export function checkRecordSense(record: Record): void {
  if (record.ended_at < record.started_at)
    reject('record ended_at', `${record.started_at - record.ended_at} ms before started_at`, 'an end after the start');
  for (const experiment of record.experiments) inOrder(`experiment ${experiment.id}`, experiment.start_at, experiment.end_at);
  checkSegments(record);
  once(
    'lane',
    record.probe.lanes.map((lane) => lane.lane),
  );
  const segments = new Set(record.probe.segments.map((segment) => segment.segment));
  for (const lane of record.probe.lanes) {
    if (!segments.has(lane.segment)) reject(`lane ${lane.lane}`, `segment ${lane.segment}`, 'a segment of the record');
    checkLane(lane);
  }
  once(
    'read-back',
    (record.readback ?? []).map((readback) => readback.lane),
  );
  for (const readback of record.readback ?? []) decodeRuns(readback.present, 'pm');
}

function checkSegments({ probe }: Record): void {
  once(
    'segment',
    probe.segments.map((segment) => String(segment.segment)),
  );
  for (const segment of probe.segments) {
    const name = `segment ${segment.segment}`;
    inOrder(name, segment.from, segment.to);
    for (const stall of segment.stalls) inOrder(`a stall of ${name}`, stall.from, stall.to);
  }
}

function checkLane(lane: Lane): void {
  const name = `lane ${lane.lane}`;
  inOrder(name, lane.first_send_at, lane.last_done_at);
  const runs = decodeRuns(lane.outcomes, 'afi');
  const { ok, failed, indeterminate, unsent } = lane.attempts;
  // A write that was never sent was never applied, so it counts among the failed ones.
  const pairs: [string, number, number][] = [
    ['a', ok, countRuns(runs, 'a')],
    ['f', failed + unsent, countRuns(runs, 'f')],
    ['i', indeterminate, countRuns(runs, 'i')],
  ];
  for (const [letter, attempts, outcomes] of pairs) {
    if (attempts !== outcomes) reject(`${name} outcomes`, `${outcomes} of ${letter}`, `${attempts}, as its attempts say`);
  }
  const acked = lane.servers.reduce((sum, server) => sum + server.acked, 0);
  if (acked > ok) reject(`${name} servers`, `${acked} acknowledged`, `at most the ${ok} of its attempts`);
  for (const server of lane.servers) inOrder(`${name} server ${server.server}`, server.first_send_at, server.last_done_at);
  checkOutages(name, lane.outages);
}

function checkOutages(name: string, outages: Outage[]): void {
  let last: Outage | undefined;
  for (const outage of outages) {
    if (last !== undefined && (last.end === null || last.end[0] > outage.start[0] || last.end[1] > outage.start[1])) {
      reject(`${name} outages`, 'outages that overlap', 'each one after the one before it');
    }
    inOrder(`${name} outage start`, ...outage.start);
    if (outage.end !== null) {
      inOrder(`${name} outage end`, ...outage.end);
      inOrder(`${name} outage`, outage.start[0], outage.end[1]);
    }
    last = outage;
  }
}

function inOrder(what: string, from: number | null, to: number | null): void {
  if (from !== null && to !== null && to < from) reject(what, `an end ${from - to} ms before its start`, 'an end after the start');
}

function once(what: string, names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) reject(what, `${twice} twice`, 'each one once');
}

function reject(what: string, got: string, wanted: string): never {
  throw new BadInput(what, got, wanted, 'use the record as it was written, or run the drill again');
}
