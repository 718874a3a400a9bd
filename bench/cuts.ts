import type { Clock } from '../core/clock.ts';
import { auroraFailover } from '../drills/aurora-failover.ts';
import { Link } from '../lab/link.ts';
import { LabProbe } from '../lab/probe.ts';
import type { Beat, SegmentResult } from '../probe/contract.ts';
import type { Cut, CutKind } from './intervals.ts';

/** One witness process at one rate, with a lane for each kind named, all cut at the same time and independently. */
export interface Phase {
  rate_hz: number;
  kinds: CutKind[];
  /** True lengths to cut into each lane. */
  lengths_ms: number[][];
}

export interface Bench {
  run: string;
  clock: Clock;
  epoch_offset_ms: number;
  /** The server's own port, and a URL with that port in it. */
  port: number;
  url: string;
  attempt_timeout_ms: number;
  logs: string;
  chance(): number;
  started: ConstructorParameters<typeof LabProbe>[0]['started'];
}

/** Healthy writes before the first cut and between two, so that each is an outage of its own. */
const healthy_ms: [number, number] = [700, 1200];
const longest_phase_ms = 20 * 60_000;

/** Runs one phase: the cuts as they really were, lane by lane, and what the witness returned. */
export async function runPhase(bench: Bench, phase: Phase, segment: number): Promise<{ cuts: Cut[][]; result: SegmentResult }> {
  const gates = phase.kinds.map(() => ({ open: true }));
  const links = await Promise.all(gates.map((gate) => Link.open('probe', 'server', () => (gate.open ? bench.port : null))));
  try {
    const probe = new LabProbe({
      endpoints: endpointsOf(bench, phase, links),
      epoch_offset_ms: bench.epoch_offset_ms,
      logs: bench.logs,
      started: bench.started,
    });
    const drill = {
      ...auroraFailover,
      load: {
        ...auroraFailover.load,
        rate_hz: 2 * phase.rate_hz,
        pinned_hz: 2 * phase.rate_hz,
        read_hz: 0,
        attempt_timeout_ms: bench.attempt_timeout_ms,
      },
    };
    let over = false;
    let writes: () => void = () => undefined;
    const writing = new Promise<void>((resolve) => {
      writes = resolve;
    });
    const order = { run: bench.run, drill, witness: 'even' as const, segment, stop_at: bench.clock.now() + longest_phase_ms };
    const watched = probe.watch(order, {
      beat: async (beat: Beat) => {
        if (beat.service.some((lane) => lane.acked > 0)) writes();
        return { stop: over };
      },
      checkpoint: async () => undefined,
    });
    const cutting = writing.then(() =>
      Promise.all(links.map((link, lane) => cutLane(bench, phase, lane, link, gates[lane] ?? { open: true }))),
    );
    const cuts = await Promise.race([cutting, watched.then(() => Promise.reject(new Error('the witness ended before the cuts did')))]);
    over = true;
    return { cuts, result: await watched };
  } finally {
    await Promise.all(links.map((link) => link.close()));
  }
}

/** The first lane goes through the service endpoint, the others are pinned: the same load on each. */
function endpointsOf(bench: Bench, phase: Phase, links: Link[]) {
  const urls = links.map((link) => bench.url.replace(`:${bench.port}/`, `:${link.port}/`));
  return {
    store: 'aurora' as const,
    writer: urls[0] ?? '',
    copies: urls.slice(1).map((url, i) => ({ name: `${phase.kinds[i + 1]}-${i + 1}`, url })),
  };
}

async function cutLane(bench: Bench, phase: Phase, lane: number, link: Link, gate: { open: boolean }): Promise<Cut[]> {
  const { clock, chance } = bench;
  const pause = () => clock.sleep(healthy_ms[0] + chance() * (healthy_ms[1] - healthy_ms[0]));
  const cuts: Cut[] = [];
  for (const length_ms of phase.lengths_ms[lane] ?? []) {
    await pause();
    const from = clock.now();
    if (phase.kinds[lane] === 'vanish') link.cut();
    else {
      gate.open = false;
      link.reset();
    }
    await clock.sleep(length_ms);
    gate.open = true;
    // What was lost stays lost and nobody is told: a reset would be news that vanished packets do not bring.
    link.heal(false);
    cuts.push({ from, to: clock.now() });
  }
  await pause();
  return cuts;
}
