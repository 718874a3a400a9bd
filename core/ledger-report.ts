import type { Drill, KafkaDrill } from './drill.ts';
import { endsWithSnapshot, lostAfterSnapshot } from './etcd/snapshot-loss.ts';
import { LaneLedger, type LedgerCounts } from './ledger.ts';
import type { Lane, Record } from './record.ts';
import type { LedgerReport } from './report.ts';
import { countRuns, decodeRuns } from './run-lengths.ts';
import { byName } from './words.ts';

/** Ranges of lost numbers listed in a report for one lane; the record holds them all. */
const MOST_RANGES = 20;

/** The closed ledger of a run, and what keeps it from being trusted. */
export interface Ledger {
  report: LedgerReport;
  /** Lanes whose writes were not all read back. */
  unread: string[];
  /** Writes called never applied that were read back all the same, by lane. */
  misjudged: { lane: string; count: number }[];
}

/** Compares what was acknowledged with what was read back, lane by lane; null when nothing was read back at all. */
export function ledgerOf(drill: Drill, record: Record): Ledger | null {
  if (record.readback === null) return null;
  const readbacks = new Map(record.readback.map((readback) => [readback.lane, readback]));
  const ledger: Ledger = { report: emptyReport(), unread: [], misjudged: [] };
  for (const lane of writeLanes(record)) {
    const readback = readbacks.get(lane.lane);
    if (readback === undefined || !sameLength(lane.outcomes, readback.present)) {
      if (mayHold(lane)) ledger.unread.push(lane.lane);
      continue;
    }
    const closed = LaneLedger.from(lane.outcomes, readback.present);
    const counts = closed.compare();
    addCounts(ledger.report, counts);
    ledger.report.duplicated += readback.duplicated;
    ledger.report.reordered += readback.reordered;
    if (readback.duplicated_across_producers !== undefined && readback.duplicated_across_producers > 0)
      ledger.report.duplicated_across_producers = (ledger.report.duplicated_across_producers ?? 0) + readback.duplicated_across_producers;
    if (counts.lost > 0) ledger.report.lost_list.push(lostOf(lane, closed.lostRanges(MOST_RANGES)));
    if (counts.failed_present > 0) ledger.misjudged.push({ lane: lane.lane, count: counts.failed_present });
  }
  ledger.report.lost_allowed = lostAfterSnapshot(drill, record) ?? allowance(drill, ledger.report.lost);
  ledger.report.loss_bound = ledger.report.lost === 0 && ledger.report.acked > 0 ? 3 / ledger.report.acked : null;
  return ledger;
}

/** The lanes that write, in the order of their names. */
export function writeLanes(record: Record): Lane[] {
  return record.probe.lanes.filter((lane) => lane.kind === 'service' || lane.kind === 'pinned').sort((a, b) => byName(a.lane, b.lane));
}

/** A lane of which a write may be in the store: one whose every write was proven never applied needs no read-back. */
function mayHold(lane: Lane): boolean {
  return lane.attempts.ok + lane.attempts.indeterminate > 0;
}

function sameLength(outcomes: string, present: string): boolean {
  return countRuns(decodeRuns(outcomes, 'afi')) === countRuns(decodeRuns(present, 'pm'));
}

/** What a lane lost; on a partition also at which offsets it had been acknowledged, as far as the lane remembers. */
function lostOf({ lane, partition, offsets = [] }: Lane, ranges: [number, number][]): LedgerReport['lost_list'][number] {
  if (partition === undefined) return { lane, ranges };
  const stored = ranges.flatMap(([first, last]) =>
    offsets.flatMap(({ n, offset, count, apart = 1 }): [number, number][] => {
      const [from, to] = [Math.max(first, n), Math.min(last, n + count - 1)];
      if (from > to) return [];
      const at = (number: number) => offset + (number - n) * apart;
      if (apart === 1) return [[at(from), at(to)]];
      return Array.from({ length: Math.min(to - from + 1, MOST_RANGES) }, (_, i) => [at(from + i), at(from + i)]);
    }),
  );
  return { lane, ranges, partition, ...(stored.length === 0 ? {} : { offsets: joined(stored).slice(0, MOST_RANGES) }) };
}

/** Inclusive ranges in their order, neighbours as one. */
function joined(ranges: [number, number][]): [number, number][] {
  const whole: [number, number][] = [];
  for (const [first, last] of ranges.sort((a, b) => a[0] - b[0])) {
    const before = whole.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else whole.push([first, last]);
  }
  return whole;
}

function allowance(drill: Drill, lost: number): LedgerReport['lost_allowed'] {
  const { none, why } = lossExpected(drill);
  return { count: none ? 0 : lost, why };
}

/** Whether none of the acknowledged writes may be lost, and why; known before the fault, by acks and by how the leader goes. */
export function lossExpected(drill: Drill): { none: boolean; why: string } {
  const none = drill.promises.includes('no-acknowledged-write-lost');
  const made = none ? 'the drill promises that no acknowledged write is lost' : 'the drill promises nothing about acknowledged writes';
  if (drill.store === 'etcd' && drill.fault.kind === 'snapshot-restore') return { none: false, why: endsWithSnapshot(drill) };
  if (drill.store !== 'msk') return { none, why: made };
  const kafka = kafkaLoss(drill);
  return { none, why: none || drill.client.acks === 'all' ? `${made}; ${kafka}` : kafka };
}

function kafkaLoss({ client, fault }: KafkaDrill): string {
  const orderly = fault.kind === 'broker-restart' || fault.kind === 'broker-roll' || fault.kind === 'hasty-roll';
  if (fault.kind === 'controller-kill' || fault.kind === 'controller-roll')
    return `acks ${client.acks}: no leader of a partition goes, so none takes anything with it`;
  switch (client.acks) {
    case '0':
      return 'acks 0 promises nothing: a write counts as acknowledged once it is sent, whether a broker ever sees it or not';
    case '1':
      return `acks 1 promises nothing: the leader alone acknowledges, and ${orderly ? 'even in an orderly stop leadership moves before its followers have fetched all of it (KAFKA-20554)' : 'what its followers had not fetched went with it'}`;
    case 'all':
      if (fault.kind === 'unclean-chain') return 'acks all: a replica elected unclean lacks what was acknowledged without it';
      return `acks all: ${orderly ? 'the leader hands over to an in-sync replica' : 'an in-sync replica is elected'}, which holds all that was acknowledged`;
    default:
      return client.acks satisfies never;
  }
}

function addCounts(report: LedgerReport, counts: LedgerCounts): void {
  report.acked += counts.acked;
  report.failed += counts.failed;
  report.lost += counts.lost;
  report.indeterminate.present += counts.indeterminate.present;
  report.indeterminate.absent += counts.indeterminate.absent;
}

function emptyReport(): LedgerReport {
  return {
    acked: 0,
    lost: 0,
    lost_allowed: { count: 0, why: '' },
    duplicated: 0,
    reordered: 0,
    indeterminate: { present: 0, absent: 0 },
    failed: 0,
    lost_list: [],
    loss_bound: null,
  };
}
