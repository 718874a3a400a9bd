import type { Drill } from '../core/drill.ts';
import type { Segment, Target, WitnessName } from './contract.ts';

/** Where the store answers: the endpoint that follows the writer, and every copy directly. */
export interface Endpoints {
  writer: string;
  copies: { name: string; url: string }[];
}

/** One segment of one witness, as its place in the run orders it. */
export interface SegmentOrder {
  run: string;
  drill: Drill;
  witness: WitnessName;
  segment: number;
  stop_at: number;
}

const beat_every_ms = 1000;
const bin_ms = 200;
/** Beyond those that hang until the attempt timeout: enough for attempts that overlap while nothing hangs. */
const spare_connections = 4;

/** What one witness does: half of each load, on every target. Its lanes are its own, for a lane is a target and a segment. */
export function targetsFor(load: Drill['load'], endpoints: Endpoints): Target[] {
  const target = (name: string, kind: Target['kind'], url: string, both_hz: number): Target => {
    const rate_hz = both_hz / 2;
    return { name, kind, url, rate_hz, connections: Math.ceil((rate_hz * load.attempt_timeout_ms) / 1000) + spare_connections };
  };
  const targets = [
    target('writer', 'service', endpoints.writer, load.rate_hz),
    target('reads', 'read', endpoints.writer, load.read_hz),
    ...endpoints.copies.map(({ name, url }) => target(name, 'pinned', url, load.pinned_hz)),
  ];
  return targets.filter(({ rate_hz }) => rate_hz > 0);
}

export function segmentFor(order: SegmentOrder, endpoints: Endpoints): Segment {
  const { run, drill, witness, segment, stop_at } = order;
  return {
    run,
    witness,
    segment,
    protocol: 'postgres',
    targets: targetsFor(drill.load, endpoints),
    attempt_timeout_ms: drill.load.attempt_timeout_ms,
    stop_at,
    beat_every_ms,
    bin_ms,
  };
}
