import { type TaskInput, task } from './task.ts';
import type { Notice, RunRow, Tools } from './tools.ts';

export interface ReleaseResult {
  outcome: 'graded' | 'refused' | 'aborted' | 'unhealed';
  why: string;
}

/**
 * Frees the store when it is known to be healed, quarantines it when healing failed, closes the row and says so. Where healing
 * never came to its end the lease stays held, for the sweeper to heal and release.
 */
export const release = task('Release', async (tools: Tools, input: TaskInput): Promise<ReleaseResult> => {
  const row = await tools.runs.read(input.run);
  if (row === undefined) return { outcome: 'refused', why: 'nothing was claimed' };
  const result = ending(row);
  if (row.released !== null) return result;
  const unhealed = result.outcome === 'unhealed';
  if (!unhealed || row.heal?.ended_at != null || leftByFormer(row) !== null)
    await tools.runs.release(row.run, unhealed ? 'quarantined' : 'free', result.why);
  const kind: Notice['kind'] = result.outcome === 'unhealed' || result.outcome === 'refused' ? result.outcome : 'verdict';
  // The row is the truth; a notice that cannot be sent must not undo what it says.
  await tools.notices.publish({ run: row.run, drill: row.drill, kind, text: result.why }).catch(() => undefined);
  return result;
});

/** How the run ended, from its row: unhealed before anything else, and a run that broke nothing needs no healing. */
export function ending(row: RunRow): ReleaseResult {
  const left = leftByFormer(row);
  if (left !== null) return { outcome: 'unhealed', why: left };
  const touched = row.steps.length > 0 || row.segments.length > 0;
  if (touched && row.heal?.healed !== true) return { outcome: 'unhealed', why: row.heal?.why || 'healing never came to its end' };
  if (row.outcome?.kind === 'refused') return { outcome: 'refused', why: row.outcome.why };
  if (row.halt?.by === 'guard' || row.halt?.by === 'person') return { outcome: 'aborted', why: row.halt.why };
  if (row.keys.record === null) return { outcome: 'graded', why: 'the record could not be stored as evidence' };
  return { outcome: 'graded', why: row.halt?.why ?? 'the drill ended before anything was broken' };
}

/** What a run took over and never undid, or null. */
function leftByFormer({ took_over }: RunRow): string | null {
  return took_over?.undone === false ? `the faults of the former holder ${took_over.run} were never seen undone` : null;
}
