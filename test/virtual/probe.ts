import type { Clock } from '../../core/clock.ts';
import type { Drill } from '../../core/drill.ts';
import type { LaneReadback, PartitionSight, Stall } from '../../core/record.ts';
import { decodeRuns, encodeRuns } from '../../core/run-lengths.ts';
import type { Probe, WatchOrder } from '../../lambdas/tools.ts';
import type { Beat, SegmentResult, WitnessName } from '../../probe/contract.ts';
import { type LanePlan, simulateLane } from './lane.ts';
import type { SimulatedStore, SimulatedTarget } from './store.ts';

/** How the simulated witnesses behave; each answer may depend on the moment. */
export interface Manners {
  /** True when this witness dies now. */
  dies(witness: WitnessName, now: number): boolean;
  /** True while this witness keeps silent though it works. */
  mute(witness: WitnessName, now: number): boolean;
  /** When this witness is stopped, so that it neither writes nor beats; null when it never is. */
  frozen(witness: WitnessName): Stall | null;
  /** True while this witness reports that its last write went wrong. */
  troubled(witness: WitnessName, now: number): boolean;
  /** Acknowledged writes of the service lanes that are gone when they are read back. */
  loses: number;
  /** Share of the declared load that is really sent. */
  load_share: number;
  /** What this witness's metadata makes of the partitions as they are; undefined when it tells nothing of them. */
  view(view: NonNullable<Beat['partitions']>, witness: WitnessName): Beat['partitions'];
}

export const goodManners: Manners = {
  dies: () => false,
  mute: () => false,
  frozen: () => null,
  troubled: () => false,
  loses: 0,
  load_share: 1,
  view: (view) => view,
};

/** The most bins that a series of one segment has. */
const most_bins = 100;

/** Witnesses over a simulated cluster: real lanes, real ledgers and outages, on the virtual clock. */
export class SimulatedProbe implements Probe {
  readonly #clock: Clock;
  readonly #cluster: SimulatedStore;
  readonly #manners: Manners;
  readonly #troubled_at = new Map<WitnessName, number>();
  readonly #beat_every_ms: number;
  readonly #acked = new Map<string, string>();
  /** Witnesses that watch now. */
  watching = 0;

  constructor(clock: Clock, cluster: SimulatedStore, manners: Manners, beat_every_ms = 1_000) {
    this.#clock = clock;
    this.#cluster = cluster;
    this.#manners = manners;
    this.#beat_every_ms = beat_every_ms;
  }

  async watch(order: WatchOrder, link: Parameters<Probe['watch']>[1]): Promise<SegmentResult> {
    this.watching += 1;
    try {
      return await this.#watch(order, link, this.#clock.now());
    } finally {
      this.watching -= 1;
    }
  }

  async readback(_run: string, drill: Drill, lanes: { lane: string; count: number }[]): Promise<LaneReadback[]> {
    let gone = this.#manners.loses;
    const service = this.#cluster.targets(drill).filter(({ kind }) => kind === 'service');
    return lanes.map(({ lane }) => {
      const runs = decodeRuns(this.#acked.get(lane) ?? '', 'afi').flatMap((run) => {
        if (run.letter !== 'a') return [{ letter: 'm', count: run.count }];
        const lost = service.some(({ name }) => lane.startsWith(`${name}#`)) ? Math.min(gone, run.count) : 0;
        gone -= lost;
        return [
          { letter: 'm', count: lost },
          { letter: 'p', count: run.count - lost },
        ];
      });
      return { lane, present: encodeRuns(runs), duplicated: 0, reordered: 0 };
    });
  }

  async #watch(order: WatchOrder, link: Parameters<Probe['watch']>[1], from: number): Promise<SegmentResult> {
    for (let looks = 1; ; looks += 1) {
      await this.#clock.sleep(Math.min(this.#beat_every_ms, Math.max(1, order.stop_at - this.#clock.now())));
      const now = this.#clock.now();
      if (this.#manners.dies(order.witness, now)) throw new Error('the witness was killed');
      const frozen = this.#manners.frozen(order.witness);
      if (frozen !== null && now >= frozen.from && now < frozen.to) continue;
      const { stop } = this.#manners.mute(order.witness, now) ? { stop: false } : await link.beat(this.#beat(order, from, now));
      if (stop || now >= order.stop_at) return this.#result(order, from, now, true);
      if (looks % 5 === 0) await link.checkpoint(this.#result(order, from, now, false));
    }
  }

  #beat(order: WatchOrder, from: number, now: number): Beat {
    const service = this.#cluster.targets(order.drill).filter(({ kind }) => kind === 'service');
    const states = this.#cluster.partitions?.(now);
    const partitions = states === undefined ? undefined : this.#manners.view({ seen_at: now, states }, order.witness);
    return {
      at: now,
      witness: order.witness,
      segment: order.segment,
      longest_stall_ms: 0,
      service: service.map((target) => this.#health(order, target, from, now)),
      ...(partitions === undefined ? {} : { partitions }),
    };
  }

  #health(order: WatchOrder, target: SimulatedTarget, from: number, now: number): Beat['service'][number] {
    const half_hz = (target.rate_hz / 2) * this.#manners.load_share;
    const outage = target.outages().findLast((each) => each.from <= now && each.to > from);
    const down = outage !== undefined && now < outage.to;
    const up_since = outage === undefined ? from : Math.max(from, outage.to);
    const not_ok = outage === undefined ? 0 : Math.round(((Math.min(now, outage.to) - Math.max(from, outage.from)) / 1000) * half_hz);
    const answer = target.answer(now);
    const lane = {
      lane: `${target.name}#${order.segment}`,
      acked: Math.round(((now - from) / 1000) * half_hz) - not_ok,
      acked_hz: down ? 0 : half_hz,
      last_ok_at: down ? outage.from : now,
      healthy_since: down ? null : up_since,
      last_not_ok_at: not_ok === 0 || outage === undefined ? null : Math.min(now, outage.to),
      not_ok,
      server: 'server' in answer ? answer.server : null,
    };
    if (this.#manners.troubled(order.witness, now)) this.#troubled_at.set(order.witness, now);
    const trouble_at = this.#troubled_at.get(order.witness);
    if (trouble_at === undefined) return lane;
    const healthy_since = trouble_at === now || lane.healthy_since === null ? null : Math.max(lane.healthy_since, trouble_at + 1);
    return { ...lane, healthy_since, last_not_ok_at: trouble_at, not_ok: not_ok + 1 };
  }

  #result(order: WatchOrder, from: number, to: number, final: boolean): SegmentResult {
    const stopped = this.#manners.frozen(order.witness);
    const frozen = stopped !== null && stopped.from < to && stopped.to > from ? stopped : null;
    const stalls = frozen === null ? [] : [{ from: Math.max(from, frozen.from), to: Math.min(to, frozen.to) }];
    const lanes = this.#plans(order, from, to, frozen).map(simulateLane);
    for (const { lane } of lanes) this.#acked.set(lane.lane, lane.outcomes);
    return {
      final,
      record: {
        segment: order.segment,
        witness: order.witness,
        from,
        to,
        died: false,
        stalls,
        longest_stall_ms: Math.max(0, ...stalls.map((each) => each.to - each.from)),
      },
      lanes: lanes.map((each) => each.lane),
      series: lanes.flatMap((each) => each.series),
      ...(this.#cluster.sights === undefined
        ? {}
        : { partitions: this.#cluster.sights(from, to).flatMap((sight) => this.#seen(sight, order)) }),
    };
  }

  /** A record's sights come from the same metadata as a heartbeat's. */
  #seen({ at, ...state }: PartitionSight, { witness }: WatchOrder): PartitionSight[] {
    return (this.#manners.view({ seen_at: at, states: [state] }, witness)?.states ?? []).map((each) => ({ at, ...each }));
  }

  #plans(order: WatchOrder, from: number, to: number, frozen: Stall | null): LanePlan[] {
    const bin_ms = Math.max(100, Math.ceil((order.stop_at - from) / most_bins / 100) * 100);
    const late = (at: number) => (frozen !== null && at >= frozen.from && at < frozen.to ? frozen.to : at);
    return this.#cluster.targets(order.drill).map(({ name, kind, rate_hz, partition, answer }): LanePlan => {
      const sent_hz = kind === 'service' ? rate_hz * this.#manners.load_share : rate_hz;
      return {
        segment: order.segment,
        witness: order.witness,
        from,
        to,
        bin_ms,
        target: name,
        kind,
        partition,
        // Each witness carries half of the load, so its periods are twice as long.
        period_ms: 2_000 / sent_hz,
        answer: (at) => answer(late(at)),
      };
    });
  }
}
