import { admit, marginAfter } from '../core/admission.ts';
import type { Drill } from '../core/drill.ts';
import type { Decision } from '../core/record.ts';
import type { ObservedTopology } from '../core/topology.ts';
import { drillOf, rowOf, withEvent } from './row.ts';
import { closedBecause, freshTopology, guardBecause, leaseLostBecause } from './safety.ts';
import { type TaskInput, task } from './task.ts';
import type { RunRow, Tools } from './tools.ts';

export interface PreflightResult {
  decision: 'admitted' | 'refused';
  why: string;
}

interface Finding {
  topology: ObservedTopology | null;
  decisions: Decision[];
  /** Why not, or null when admitted. */
  why: string | null;
}

/** Freeze, guard alarms, topology and admission arithmetic, before anything is loaded or broken. Whatever cannot be read refuses. */
export const preflight = task('Preflight', async (tools: Tools, input: TaskInput): Promise<PreflightResult> => {
  const row = await rowOf(tools, input.run);
  const found = await examine(tools, row, drillOf(tools, row));
  const now = tools.clock.now();
  const written = await tools.runs.change(input.run, (own) =>
    own.phase === 'claimed' && own.outcome === null ? decided(own, found, now) : null,
  );
  if (written.outcome?.kind === 'refused') {
    await tools.notices.publish({ run: row.run, drill: row.drill, kind: 'refused', text: written.outcome.why }).catch(() => undefined);
    return { decision: 'refused', why: written.outcome.why };
  }
  return { decision: 'admitted', why: inequalities(written.admission) };
});

async function examine(tools: Tools, row: RunRow, drill: Drill): Promise<Finding> {
  const now = tools.clock.now();
  const before =
    (await leaseLostBecause(tools, row, row.heal_deadline_at)) ??
    (await closedBecause(tools, now, row.heal_deadline_at)) ??
    (await guardBecause(tools, drill));
  const seen = await freshTopology(tools, drill);
  if ('why' in seen) return { topology: null, decisions: [], why: before ?? seen.why };
  const { topology } = seen;
  const decisions = admit(drill, topology, 'preflight', now);
  return { topology, decisions, why: before ?? notAdmitted(decisions) };
}

/** Why these decisions do not admit, or null; no decision at all is no admission. */
export function notAdmitted(decisions: Decision[]): string | null {
  if (decisions.length === 0) return 'admission made no decision';
  const against = decisions.filter((each) => !each.admit);
  return against.length === 0 ? null : inequalities(against);
}

/** So many inequalities are printed, the worst partitions among them; a result has room for no hundreds. */
const most_printed = 20;

/** What was decided, as one line. */
export function inequalities(decisions: Decision[]): string {
  const lines = decisions.slice(0, most_printed).map((each) => each.inequality);
  const more = decisions.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function decided(row: RunRow, found: Finding, now: number): RunRow {
  const margins = found.topology === null ? row.margins : [...row.margins, { at: now, margin: marginAfter(found.topology, []) }];
  const next: RunRow = { ...row, topology: found.topology, margins, admission: [...row.admission, ...found.decisions] };
  if (found.why === null) return withEvent({ ...next, phase: 'admitted' }, now, 'admitted', inequalities(found.decisions));
  const why = `not injecting: ${found.why}`;
  return withEvent({ ...next, outcome: { kind: 'refused', at: 'preflight', why } }, now, 'refused', why);
}
