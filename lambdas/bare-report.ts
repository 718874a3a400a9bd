import type { Drill } from '../core/drill.ts';
import type { Source } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { outcomeOf } from './build-record.ts';
import type { RunRow } from './tools.ts';

/** The report of a run that left no Record: inconclusive, from the row alone. */
export function bareReport(row: RunRow, drill: Drill, source: Source, ended_at: number, why: string): Report {
  const outcome = outcomeOf(row).kind;
  const margins = row.margins.map((each) => each.margin);
  return {
    version: 1,
    drill: row.drill,
    title: drill.title,
    promise: drill.promise,
    run: row.run,
    source,
    engine: { name: 'unknown', version: 'unknown' },
    outcome: outcome === 'completed' && row.heal?.healed === false ? 'unhealed' : outcome,
    verdict: 'inconclusive',
    grade: outcome === 'completed' ? 'C' : null,
    why,
    as_expected: false,
    must_end: drill.mustEnd.outcome,
    checks: [{ name: 'evidence', verdict: 'inconclusive', wanted: 'a record of the run', got: 'the run row alone', why }],
    findings: [],
    recovery: null,
    ledger: null,
    margin: { before: margins[0] ?? null, min: margins.length === 0 ? null : Math.min(...margins) },
    topology: { observed: row.topology, declared: [], differences: [] },
    admission: row.admission,
    timeline: row.events,
    started_at: row.claimed_at,
    ended_at,
  };
}
