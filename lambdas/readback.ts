import type { LaneReadback } from '../core/record.ts';
import type { SegmentResult } from '../probe/contract.ts';
import { drillOf, rowOf } from './row.ts';
import { keys, store } from './store-evidence.ts';
import { type TaskInput, task } from './task.ts';
import type { RunRow, Tools } from './tools.ts';

/** Reads every write lane back from the healed system and keeps what was found as evidence. `lanes` is how many. */
export const readback = task('Readback', async (tools: Tools, input: TaskInput): Promise<{ status: 'done'; lanes: number }> => {
  const row = await rowOf(tools, input.run);
  const results = await segmentResults(tools, row);
  const lanes = results
    .flatMap((each) => each.lanes)
    .filter((lane) => lane.kind === 'service' || lane.kind === 'pinned')
    .map((lane) => ({ lane: lane.lane, count: tried(lane.attempts) }));
  const found: LaneReadback[] = lanes.length === 0 ? [] : await tools.probe.readback(row.run, drillOf(tools, row), lanes);
  const key = await store(tools, keys.readback(row.run), found);
  await tools.runs.change(row.run, (own) => ({ ...own, keys: { ...own.keys, readback: key } }));
  return { status: 'done', lanes: lanes.length };
});

function tried(attempts: SegmentResult['lanes'][number]['attempts']): number {
  return attempts.ok + attempts.failed + attempts.indeterminate + attempts.unsent;
}

/** What each segment of the row left, checkpoints of dead ones included; a segment that left nothing is absent. */
export async function segmentResults(tools: Tools, row: RunRow): Promise<SegmentResult[]> {
  const results: SegmentResult[] = [];
  for (const { segment } of row.segments) {
    const found = await tools.evidence.get(keys.segment(row.run, segment));
    if (found !== undefined) results.push(found as SegmentResult);
  }
  return results;
}
