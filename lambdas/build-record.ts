import type { Drill } from '../core/drill.ts';
import type { Event, LaneReadback, Outcome, Record, Restore, SegmentRecord, Series, Source } from '../core/record.ts';
import type { SegmentResult } from '../probe/contract.ts';
import { victimsHit } from './experiments.ts';
import { marginSeries, mergeSeries } from './merge-series.ts';
import { mergeSights } from './merge-sights.ts';
import type { Experiment, RunRow, Step } from './tools.ts';

/** What a Record holds beside the row; each part is empty where it could not be had. */
export interface Parts {
  source: Source;
  engine: { name: string; version: string };
  ended_at: number;
  experiments: Experiment[];
  events: Event[];
  series: Series[];
  segments: SegmentResult[];
  readback: LaneReadback[] | null;
  restore: Restore | null;
  provenance: Record['provenance'];
}

/** How far the clocks of witnesses and event writers may disagree: one host shares one, hosts on AWS are kept within a second to be safe. */
const clock_uncertainty_ms: { [source in Source]: number } = { virtual: 0, lab: 2, emulator: 1_000, aws: 1_000 };

/** Puts the Record together from the row and its parts; pure. */
export function buildRecord(row: RunRow, drill: Drill, parts: Parts): Record {
  return {
    version: 1,
    drill: row.drill,
    run: row.run,
    source: parts.source,
    engine: parts.engine,
    started_at: row.claimed_at,
    ended_at: Math.max(parts.ended_at, row.claimed_at),
    outcome: outcomeOf(row),
    healed: row.heal === null ? row.steps.length === 0 : row.heal.healed,
    topology: row.topology,
    admission: row.admission,
    victims: [...new Set(parts.experiments.flatMap(victimsHit))],
    experiments: row.steps.flatMap((step) => experimentsIn(row, step, parts.experiments, drill.store !== 'aurora')),
    events: [...row.events, ...parts.events].sort((a, b) => a.at - b.at),
    series: [
      ...mergeSeries([...parts.segments.flatMap((each) => each.series), ...parts.series]),
      ...marginSeries(row.margins, drill.window.poll_s * 1000),
    ],
    probe: {
      segments: row.segments.map((segment) => segmentRecord(segment, parts.segments)),
      lanes: parts.segments.flatMap((each) => each.lanes),
      ...sightsOf(parts.segments),
      clock_uncertainty_ms: clock_uncertainty_ms[parts.source],
    },
    readback: parts.readback,
    ...(parts.restore === null ? {} : { restore: parts.restore }),
    provenance: parts.provenance,
  };
}

/** Refused where nothing was admitted, aborted where a guard or a person stopped it, else completed, whatever it proved. */
export function outcomeOf(row: RunRow): Outcome {
  if (row.outcome !== null) return row.outcome;
  const { halt } = row;
  if (halt?.by === 'guard' || halt?.by === 'person') return { kind: 'aborted', by: halt.by, why: halt.why };
  return { kind: 'completed' };
}

/** A step whose start was never confirmed has those of its template that no other step holds. */
function experimentsIn({ steps }: RunRow, step: Step, found: Experiment[], withVictims: boolean): Record['experiments'] {
  const taken = steps.flatMap((each) => each.experiment ?? []);
  const own = found.filter((each) =>
    step.experiment === null ? each.template === step.template && !taken.includes(each.id) : each.id === step.experiment,
  );
  if (own.length === 0 && step.experiment !== null)
    return [{ id: step.experiment, step: step.step, status: 'unknown', start_at: null, end_at: null }];
  return own.map((each) => ({
    id: each.id,
    step: step.step,
    status: each.status,
    start_at: each.start_at,
    end_at: each.end_at,
    ...(withVictims ? { victims: victimsHit(each) } : {}),
  }));
}

/** What both witnesses saw of the partitions, oldest first; absent where nothing was seen. */
function sightsOf(segments: SegmentResult[]): Pick<Record['probe'], 'partitions'> {
  const partitions = mergeSights(segments.flatMap((each) => each.partitions ?? []));
  return partitions.length === 0 ? {} : { partitions };
}

/** A segment that left nothing covered nothing. */
function segmentRecord(row: RunRow['segments'][number], results: SegmentResult[]): SegmentRecord {
  const result = results.find((each) => each.record.segment === row.segment);
  if (result !== undefined) return { ...result.record, died: result.record.died || row.died || !result.final };
  return {
    segment: row.segment,
    witness: row.witness,
    from: row.opened_at,
    to: row.opened_at,
    died: true,
    stalls: [],
    longest_stall_ms: 0,
  };
}
