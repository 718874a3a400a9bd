import type { WitnessName } from '../probe/contract.ts';
import { carried } from './baseline.ts';
import { segmentStop } from './deadlines.ts';
import { drillOf, isOver, rowOf, withEvent } from './row.ts';
import { keys, store } from './store-evidence.ts';
import { reason, type TaskInput, task } from './task.ts';
import type { RunRow, SegmentRow, Tools } from './tools.ts';

export interface WitnessInput extends TaskInput {
  witness: WitnessName;
}

/** `segment` is the number of the segment that ended, null when there was none left to watch. */
export interface WitnessResult {
  next: 'again' | 'over';
  segment: number | null;
}

/** The probe ended without its own final word. */
export class WitnessDied extends Error {
  override name = 'WitnessDied' as const;
}

/** Runs one segment of one witness, from a number that it takes in the row to the evidence that it leaves. */
export const witness = task('Witness', async (tools: Tools, input: WitnessInput): Promise<WitnessResult> => {
  const segment = await open(tools, input);
  if (segment === null) return { next: 'over', segment: null };
  try {
    await watch(tools, input, segment);
  } catch (error) {
    const why = `witness ${input.witness} died in segment ${segment.segment}: ${reason(error)}`;
    await close(tools, input.run, { ...segment, died: true }, why);
    throw new WitnessDied(why);
  }
  const row = await close(tools, input.run, { ...segment, key: keys.segment(input.run, segment.segment) }, null);
  return { next: isOver(row) || tools.clock.now() >= row.deadline_at ? 'over' : 'again', segment: segment.segment };
});

/** Even numbers for even, odd for odd; a retry takes the next, so that no two tries share a lane. */
export function nextSegment(segments: SegmentRow[], name: WitnessName): number {
  const own = segments.filter((each) => each.witness === name).map((each) => each.segment);
  return own.length === 0 ? (name === 'even' ? 0 : 1) : Math.max(...own) + 2;
}

async function open(tools: Tools, input: WitnessInput): Promise<SegmentRow | null> {
  const now = tools.clock.now();
  let opened: SegmentRow | null = null;
  await tools.runs.change(input.run, (row) => {
    opened = null;
    if (isOver(row) || now >= row.deadline_at) return null;
    opened = {
      segment: nextSegment(row.segments, input.witness),
      witness: input.witness,
      opened_at: now,
      closed_at: null,
      died: false,
      key: null,
    };
    const next: RunRow = { ...row, segments: [...row.segments, opened] };
    if (row.phase !== 'admitted') return next;
    return withEvent({ ...next, phase: 'watching' }, now, 'load-started', `witness ${input.witness} starts`, input.witness);
  });
  return opened;
}

async function watch(tools: Tools, input: WitnessInput, segment: SegmentRow): Promise<void> {
  const row = await rowOf(tools, input.run);
  const drill = drillOf(tools, row);
  const key = keys.segment(input.run, segment.segment);
  const order = { run: input.run, drill, witness: input.witness, segment: segment.segment, stop_at: segmentStop(drill, row, segment) };
  let kept: Promise<void> = Promise.resolve();
  const watched = tools.probe.watch(order, {
    // A beat that cannot be written is a missing beat, which the watch sees; the probe itself goes on to its own deadline.
    beat: async (beat) => {
      const seen = await tools.runs
        .change(input.run, (own) => ({ ...own, beats: { ...own.beats, [input.witness]: carried(own.beats[input.witness], beat) } }))
        .catch(() => null);
      return { stop: seen !== null && isOver(seen) };
    },
    checkpoint: (partial) => {
      kept = kept.then(() => tools.evidence.put(key, partial)).catch(() => undefined);
      return kept;
    },
  });
  // A checkpoint that is still being written would take the place of the last word.
  const result = await watched.finally(() => kept);
  await store(tools, key, result);
}

function close(tools: Tools, run: string, segment: SegmentRow, silent: string | null): Promise<RunRow> {
  const now = tools.clock.now();
  return tools.runs.change(run, (row) => {
    const segments = row.segments.map((each) => (each.segment === segment.segment ? { ...segment, closed_at: now } : each));
    const next: RunRow = { ...row, segments };
    return silent === null ? next : withEvent(next, now, 'witness-silent', silent, segment.witness);
  });
}
