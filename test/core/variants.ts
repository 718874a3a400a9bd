import { admit } from '../../core/admission.ts';
import type { Event, Record } from '../../core/record.ts';
import { auroraQuorumLoss } from '../../drills/aurora-quorum-loss.ts';
import { auroraZoneLoss } from '../../drills/aurora-zone-loss.ts';
import { AT, aRecord, aTopology, laneOf, STARTED_AT, topologyOf } from './a-record.ts';

/** The controller sat on the promotion: writes are back after more than five seconds. */
export function aLateRecord(): Record {
  return aRecord(
    (record) => {
      record.drill = 'aurora-late-twin';
    },
    { up: AT.down + 7_500, stop: 26_000 },
  );
}

/** Asynchronous commit: the last 25 acknowledged writes before the kill are not read back. */
export function aLossyRecord(lost = 25): Record {
  return aRecord((record) => {
    record.drill = 'aurora-async-twin';
    record.topology = { ...topologyOf(record), write_quorum: 1, read_quorum: 6, commit: { mode: 'asynchronous' } };
    for (const readback of record.readback ?? []) {
      if (readback.lane !== 'writer#0') continue;
      const { outcomes } = laneOf(record, 'writer#0');
      const [acked, failed, later] = outcomes.split(' ').map((run) => Number(run.slice(1)));
      readback.present = `p${(acked ?? 0) - lost} m${lost + (failed ?? 0)} p${later}`;
    }
  });
}

/** The cut-off writer goes on acknowledging after another one was promoted. */
export function aSplitBrainRecord(): Record {
  return aRecord(
    (record) => {
      record.drill = 'aurora-local-commit-twin';
      record.topology = { ...topologyOf(record), write_quorum: 1, read_quorum: 6, commit: { mode: 'local' } };
    },
    { old_writer_lives: true },
  );
}

/** Both witnesses slept through the whole outage. */
export function aBlindRecord(): Record {
  return aRecord(
    (record) => {
      record.drill = 'aurora-blind-twin';
    },
    { asleep: [AT.injecting, AT.injecting + 4_000] },
  );
}

/** Zone-b and pg-2 are lost for five seconds; the writer stays and waits for its quorum. */
export function aQuorumLossRecord(): Record {
  const topology = aTopology();
  const admission = (['preflight', 'readmission'] as const).flatMap((stage) =>
    admit(auroraQuorumLoss, topology, stage, STARTED_AT + 4_900),
  );
  return aRecord(
    (record) => {
      record.drill = 'aurora-quorum-loss';
      record.admission = admission;
      record.victims = ['pg-2', 'pg-3', 'pg-4'];
      record.events = [
        ...lossEvents(record.victims, AT.stop + 8_000),
        event(10_060, 'fault-ended', 'pg-2 is started', 'pg-2'),
        event(10_480, 'member-back', 'pg-2 streams again', 'pg-2'),
      ];
      const margin = record.series.find((series) => series.name === 'margin');
      if (margin !== undefined) margin.points = margin.points.map((_, bin) => (bin < 41 ? 2 : bin < 95 ? -1 : 0));
    },
    {
      up: 10_450,
      stop: AT.stop + 5_000,
      successor: 'pg-1@1',
      reads_answer: true,
      failing: { code: 'timeout', outcome: 'indeterminate', after_ms: 250 },
    },
  );
}

/** Zone-b is lost and nobody notices. */
export function aZoneLossRecord(): Record {
  const topology = aTopology();
  return aRecord(
    (record) => {
      record.drill = 'aurora-zone-loss';
      record.admission = (['preflight', 'readmission'] as const).flatMap((stage) =>
        admit(auroraZoneLoss, topology, stage, STARTED_AT + 4_900),
      );
      record.victims = ['pg-3', 'pg-4'];
      record.events = lossEvents(record.victims, AT.stop + 3_000);
    },
    { down: AT.fault, up: AT.fault, successor: 'pg-1@1' },
  );
}

/** Nothing was injected: there is nobody to promote. */
export function aRefusedRecord(): Record {
  return aRecord((record) => {
    record.drill = 'aurora-no-reader-twin';
    record.outcome = { kind: 'refused', at: 'preflight', why: '1 instance: readers to promote 0 < 1: refuse' };
    record.admission = record.admission
      .slice(0, 1)
      .map((decision) => ({ ...decision, admit: false, inequality: '1 instance: readers to promote 0 < 1: refuse' }));
    record.victims = [];
    record.experiments = [];
    record.events = record.events.filter((each) => each.what === 'claimed');
    record.series = [];
    record.probe = { segments: [], lanes: [], clock_uncertainty_ms: 1 };
    record.readback = null;
  });
}

function lossEvents(victims: string[], healed: number): Event[] {
  return [
    event(0, 'claimed', 'lease taken, fence 7'),
    event(AT.load, 'load-started', '200 writes a second'),
    event(AT.injecting, 'injecting', 'step 0'),
    event(AT.fault, 'fault-started', 'SIGKILL'),
    event(AT.confirmed, 'fault-confirmed', `${victims.join(', ')} are gone`),
    ...victims.map((victim) => event(AT.confirmed, 'member-lost', 'killed', victim)),
    event(healed - 1_000, 'healing', 'undoing the fault'),
    event(healed, 'healed', '6 of 6 copies stream'),
  ];
}

function event(after_ms: number, what: Event['what'], text: string, who?: string): Event {
  return { at: STARTED_AT + after_ms, what, text, ...(who === undefined ? {} : { who }) };
}
