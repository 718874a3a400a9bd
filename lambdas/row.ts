import type { Drill } from '../core/drill.ts';
import type { Event, EventName } from '../core/record.ts';
import type { Halt, RunRow, Step, Tools } from './tools.ts';

/** The row that a task was told to work on does not exist. */
export class RowMissing extends Error {
  override name = 'RowMissing' as const;
}

/** The run's row; throws RowMissing. */
export async function rowOf(tools: Tools, run: string): Promise<RunRow> {
  const row = await tools.runs.read(run);
  if (row === undefined) throw new RowMissing(`run ${run}: got no row, wanted the row that Claim wrote; claim the run first`);
  return row;
}

/** The declared drill of a row; throws when this program does not know it. */
export function drillOf(tools: Tools, row: Pick<RunRow, 'drill'>): Drill {
  const drill = tools.drills.find((each) => each.name === row.drill);
  if (drill === undefined)
    throw new Error(
      `drill of the run: got ${row.drill}, wanted one of ${tools.drills.map((each) => each.name).join(', ')}; use the version that started it`,
    );
  return drill;
}

/** The row with one more event. */
export function withEvent(row: RunRow, at: number, what: EventName, text: string, who?: string): RunRow {
  const event: Event = who === undefined ? { at, what, text } : { at, what, who, text };
  return { ...row, events: [...row.events, event] };
}

/** The row halted, unless it is already: the first reason stands. */
export function withHalt(row: RunRow, halt: Halt): RunRow {
  if (row.halt !== null) return row;
  return withEvent({ ...row, halt }, halt.at, 'halted', `${halt.by}: ${halt.why}`);
}

/** Why something ends a drill that runs. */
export type Reason = Pick<Halt, 'by' | 'why'>;

/** The row halted for this reason, with the event that a guard or a silent witness is worth. */
export function withReason(row: RunRow, reason: Reason, now: number): RunRow {
  const what: EventName | undefined = reason.by === 'guard' ? 'guard-fired' : reason.by === 'witness' ? 'witness-silent' : undefined;
  return withHalt(what === undefined ? row : withEvent(row, now, what, reason.why), { at: now, ...reason });
}

/** The row with one of its steps replaced, found by its number. */
export function withStep(row: RunRow, step: Step): RunRow {
  return { ...row, steps: row.steps.map((each) => (each.step === step.step ? step : each)) };
}

/** True once nothing may be started or watched for this run any more. */
export function isOver(row: RunRow): boolean {
  return row.halt !== null || row.released !== null || ['healing', 'healed', 'closed'].includes(row.phase);
}
