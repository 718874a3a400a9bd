import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import type { Clock } from '../core/clock.ts';
import type { EtcdDrill } from '../core/drill.ts';
import { recoveryOf } from '../core/lane-classes.ts';
import { linesOf } from '../core/lines.ts';
import type { Record, Restore } from '../core/record.ts';
import { outagesSince } from '../core/recovery.ts';
import type { Interval } from '../core/report.ts';
import { timelineOf } from '../core/timeline.ts';
import type { EtcdTopology } from '../core/topology.ts';
import type { LabCluster } from '../lab/cluster.ts';
import { LabProbe } from '../lab/probe.ts';
import { provenance } from '../lambdas/provenance.ts';
import type { Beat, SegmentResult, WitnessName } from '../probe/contract.ts';

/** What every part of the bench shares. */
export interface Around {
  run: string;
  clock: Clock;
  epoch_offset_ms: number;
  /** Folder of the members' and the witnesses' logs. */
  logs: string;
  say(text: string): void;
}

/** One cluster under the drill's own load, as both witnesses see it. */
export interface Watched extends Around {
  cluster: LabCluster;
  drill: EtcdDrill;
}

const witnesses: WitnessName[] = ['even', 'odd'];
const longest_ms = 30 * 60_000;
const poll_ms = 100;
/** Witnesses of one host share its clock; the lab's own figure. */
const clock_uncertainty_ms = 2;

/** One run of the probe, from its first write until `end`. */
export class Watch {
  #watched: Watched;
  #from: number;
  #over = false;
  #failed: Error | null = null;
  #beats = new Map<WitnessName, Beat>();
  #results: Promise<SegmentResult[]>;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#from = watched.clock.now();
    const { cluster, epoch_offset_ms, logs } = watched;
    const probe = new LabProbe({
      endpoints: cluster.endpoints,
      epoch_offset_ms,
      logs,
      started: (who) => cluster.journal.started(who, 'witness'),
    });
    this.#results = Promise.all(witnesses.map((witness, i) => this.#witness(probe, witness, i + 1)));
    this.#results.catch((error: Error) => {
      this.#failed = error;
    });
  }

  /** Waits until both witnesses have had nothing but acknowledged writes for so long after `from_at`. */
  async healthy(for_ms: number, from_at: number, within_ms = 60_000): Promise<void> {
    const { clock } = this.#watched;
    for (const end = clock.now() + within_ms; !this.#well(for_ms, from_at); await clock.sleep(poll_ms)) {
      if (this.#failed) throw this.#failed;
      if (clock.now() > end) throw new Error(`writes were not well for ${for_ms} ms at any time within ${within_ms} ms`);
    }
  }

  /** Ends both witnesses; what they saw, with what the cluster told meanwhile, as a record. */
  async end(topology: EtcdTopology, restore: Restore | null): Promise<Record> {
    this.#over = true;
    const results = await this.#results;
    const { run, cluster, drill, clock } = this.#watched;
    return {
      version: 1,
      drill: drill.name,
      run,
      source: 'lab',
      engine: cluster.engine,
      started_at: this.#from,
      ended_at: clock.now(),
      outcome: { kind: 'completed' },
      healed: true,
      topology,
      admission: [],
      victims: [],
      experiments: [],
      events: cluster.events.filter(({ at }) => at >= this.#from),
      series: results.flatMap(({ series }) => series),
      probe: { segments: results.map(({ record }) => record), lanes: results.flatMap(({ lanes }) => lanes), clock_uncertainty_ms },
      readback: null,
      ...(restore === null ? {} : { restore }),
      provenance: provenance(drill, 'lab'),
    };
  }

  #witness(probe: LabProbe, witness: WitnessName, segment: number): Promise<SegmentResult> {
    const { run, drill } = this.#watched;
    return probe.watch(
      { run, drill, witness, segment, stop_at: this.#from + longest_ms },
      {
        beat: async (beat) => {
          this.#beats.set(witness, beat);
          return { stop: this.#over };
        },
        checkpoint: async () => undefined,
      },
    );
  }

  #well(for_ms: number, from_at: number): boolean {
    return witnesses.every((witness) => {
      const beat = this.#beats.get(witness);
      return beat?.service.every(({ healthy_since }) => healthy_since !== null && beat.at - Math.max(from_at, healthy_since) >= for_ms);
    });
  }
}

/**
 * How long writes were gone in each span, as a report derives it: outages that began in it, of the worst witness, with what nobody
 * watched on top. Outages of different spans are never one. The last entry ends the last span.
 */
export function gapsBetween(drill: EtcdDrill, record: Record, bounds: number[]): Interval[] {
  const rounds = bounds.map((at) => at - record.probe.clock_uncertainty_ms);
  const lines = linesOf(record, 'service');
  const { gaps } = outagesSince(lines, rounds[0] ?? 0, drill.load.attempt_timeout_ms, rounds);
  return rounds.slice(0, -1).map((from, round) => {
    const own = gaps.filter((gap) => gap.round === round);
    const window = { from, to: rounds[round + 1] ?? from };
    const measured = { drill, record, timeline: timelineOf(record), gaps: own, window, fault_from: from };
    const interval = recoveryOf(measured, lines, false);
    if (interval === null) throw new Error('a drill that stops no lanes was measured as one that does');
    return interval;
  });
}

/** The machine as a table names it. */
export function machine(): string {
  return `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, node ${process.versions.node}`;
}
