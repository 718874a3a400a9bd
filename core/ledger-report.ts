import type { Drill } from './drill.ts';
import { lostAfterSnapshot } from './etcd/snapshot-loss.ts';
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
    if (counts.lost > 0) ledger.report.lost_list.push({ lane: lane.lane, ranges: closed.lostRanges(MOST_RANGES) });
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

function allowance(drill: Drill, lost: number): LedgerReport['lost_allowed'] {
  if (drill.promises.includes('no-acknowledged-write-lost'))
    return { count: 0, why: 'the drill promises that no acknowledged write is lost' };
  return { count: lost, why: 'the drill promises nothing about acknowledged writes' };
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
