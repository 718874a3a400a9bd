import type { Drill } from '../core/drill.ts';
import type { Event, LaneReadback, Series } from '../core/record.ts';
import { parseRecord } from '../core/record-schema.ts';
import { buildRecord } from './build-record.ts';
import { late_points_ms } from './deadlines.ts';
import { experimentsOf } from './experiments.ts';
import { provenance } from './provenance.ts';
import { segmentResults } from './readback.ts';
import { drillOf, rowOf } from './row.ts';
import { keys, store } from './store-evidence.ts';
import { type TaskInput, task } from './task.ts';
import type { Experiment, RunRow, Tools } from './tools.ts';

/** `key` is null while waiting. */
export interface CollectResult {
  status: 'wait' | 'done';
  key: string | null;
}

/** What comes late or may not come at all; `whole` is false while there is hope for more. */
interface Late {
  events: Event[];
  series: Series[];
  whole: boolean;
}

/** Puts the Record together, once late points are there or their deadline has passed, checks it, and stores it as evidence. */
export const collect = task('Collect', async (tools: Tools, input: TaskInput): Promise<CollectResult> => {
  const row = await rowOf(tools, input.run);
  if (row.keys.record !== null) return { status: 'done', key: row.keys.record };
  const drill = drillOf(tools, row);
  const late = await lateParts(tools, row, drill);
  if (!late.whole && tools.clock.now() < lateUntil(row)) return { status: 'wait', key: null };
  const record = parseRecord(
    buildRecord(row, drill, {
      source: tools.source,
      engine: await tools.topology.engine(drill).catch(() => ({ name: 'unknown', version: 'unknown' })),
      ended_at: tools.clock.now(),
      experiments: await experiments(tools, row),
      events: late.events,
      series: late.series,
      segments: await segmentResults(tools, row),
      readback: row.keys.readback === null ? null : ((await tools.evidence.get(row.keys.readback)) as LaneReadback[]),
      restore: (await tools.faults.restore?.(row).catch(() => null)) ?? null,
      provenance: provenance(drill, tools.source),
    }),
  );
  const key = await store(tools, keys.record(row.run), record);
  await tools.runs.change(row.run, (own) => ({ ...own, keys: { ...own.keys, record: key } }));
  return { status: 'done', key };
});

/** Late points are waited for from the end of healing; a run that never watched has none. */
function lateUntil(row: RunRow): number {
  return (row.heal?.ended_at ?? row.halt?.at ?? row.claimed_at) + late_points_ms;
}

async function lateParts(tools: Tools, row: RunRow, drill: Drill): Promise<Late> {
  if (row.segments.length === 0 && row.steps.length === 0) return { events: [], series: [], whole: true };
  const to = row.heal?.ended_at ?? tools.clock.now();
  const metrics = await tools.metrics.series(drill, row.claimed_at, to).catch(() => null);
  const events = await tools.faults.events(row).catch(() => null);
  return { events: events ?? [], series: metrics?.series ?? [], whole: metrics?.complete === true && events !== null };
}

/** Experiments as they ended; one that cannot be read is absent here and unknown in the Record. */
async function experiments(tools: Tools, row: RunRow): Promise<Experiment[]> {
  const found = await Promise.all(row.steps.map((step) => experimentsOf(tools, row, step).catch(() => [])));
  return found.flat();
}
