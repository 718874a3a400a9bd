import type { Clock } from '../core/clock.ts';
import type { Beat, Driver, LaneDriver, Segment, SegmentResult, Target } from './contract.ts';
import { LaneLog, laneName } from './lane.ts';
import { Schedule } from './schedule.ts';
import { LaneSeries } from './series.ts';
import { StallWatch } from './stalls.ts';

/** How a segment talks to whoever started it: the beat's answer may stop it, a checkpoint outlives it. */
export interface WitnessLink {
  beat(beat: Beat): Promise<{ stop: boolean }>;
  checkpoint(result: SegmentResult): Promise<void>;
}

/** Connections open before the first attempt, or a cold start would look like an outage. */
const warm_up_ms = 200;
const checkpoint_every_ms = 2000;
/** Longest sleep of a slow lane, so that a stop is soon seen. */
const nap_ms = 50;
/** A driver ends every attempt at its timeout; this is for its timers, which may be late. */
const drain_margin_ms = 500;

/**
 * Runs one segment: writes and reads on schedule until told to stop or until `stop_at`, waits for what is in flight, and
 * returns what it saw. A link that fails changes nothing: then `stop_at` ends the segment.
 */
export async function runSegment(segment: Segment, driver: Driver, clock: Clock, link: WitnessLink): Promise<SegmentResult> {
  const drivers = segment.targets.map((target) => driver.open(laneName(target, segment.segment), target, segment.attempt_timeout_ms));
  try {
    await clock.sleep(warm_up_ms);
    return await new SegmentRun(segment, driver, drivers, clock, link).run();
  } finally {
    await Promise.all(drivers.map((lane) => lane.close()));
  }
}

interface Watched {
  log: LaneLog;
  series: LaneSeries;
  driver: LaneDriver;
}

class SegmentRun {
  #segment: Segment;
  #driver: Driver;
  #clock: Clock;
  #link: WitnessLink;
  #from: number;
  #end_at: number;
  #stalls: StallWatch;
  #lanes: Watched[];
  #inFlight = new Set<Promise<void>>();
  #checkpoint: Promise<void> | null = null;

  constructor(segment: Segment, driver: Driver, drivers: LaneDriver[], clock: Clock, link: WitnessLink) {
    this.#segment = segment;
    this.#driver = driver;
    this.#clock = clock;
    this.#link = link;
    const from = clock.now();
    this.#from = from;
    this.#end_at = segment.stop_at;
    this.#stalls = new StallWatch(from);
    this.#lanes = drivers.map((driver, place) => {
      const target = segment.targets[place] as Target;
      return { log: new LaneLog(target, segment.segment, from), series: new LaneSeries(from, segment.bin_ms), driver };
    });
  }

  async run(): Promise<SegmentResult> {
    const lanes = this.#lanes.map((lane, place) => this.#send(lane, place));
    await Promise.all([...lanes, this.#watchSelf(), this.#beat(), this.#keep()]);
    const to = Math.max(this.#from, Math.min(this.#clock.now(), this.#end_at));
    await this.#drain();
    // A checkpoint that arrived after the result would take its place.
    await this.#checkpoint;
    return this.#result(true, to);
  }

  /** Lanes start spread over a period, or those of one rate would always send in the same moment. */
  async #send(lane: Watched, place: number): Promise<void> {
    const { period_ms } = lane.log;
    const schedule = new Schedule(this.#from + (period_ms * place) / this.#lanes.length, period_ms);
    for (;;) {
      const now = this.#clock.now();
      for (const { n, planned_at } of schedule.due(Math.min(now, this.#end_at))) this.#attempt(lane, n, planned_at);
      if (now >= this.#end_at) return;
      await this.#sleepUntil(Math.min(schedule.next_at, now + nap_ms));
    }
  }

  #attempt(lane: Watched, n: number, planned_at: number): void {
    lane.log.begin(n);
    const ended = lane.driver.attempt(n, planned_at).then((attempt) => {
      lane.log.end(n, attempt);
      lane.series.note(planned_at, attempt);
      this.#inFlight.delete(ended);
    });
    this.#inFlight.add(ended);
  }

  async #watchSelf(): Promise<void> {
    while (this.#clock.now() < this.#end_at) {
      await this.#clock.sleep(this.#stalls.interval_ms);
      const now = this.#clock.now();
      this.#stalls.tick(now);
      for (const { series } of this.#lanes) series.watched(now);
    }
  }

  async #beat(): Promise<void> {
    for (let due = this.#from; this.#clock.now() < this.#end_at; due += this.#segment.beat_every_ms) {
      // Not awaited: an answer that hangs must not silence the next beat.
      this.#link.beat(this.#view()).then(
        ({ stop }) => stop && this.#stop(),
        () => undefined,
      );
      await this.#sleepUntilEnd(due + this.#segment.beat_every_ms);
    }
  }

  async #keep(): Promise<void> {
    for (let due = this.#from + checkpoint_every_ms; ; due += checkpoint_every_ms) {
      await this.#sleepUntilEnd(due);
      if (this.#clock.now() >= this.#end_at) return;
      this.#checkpoint ??= this.#link.checkpoint(this.#result(false, this.#clock.now())).then(
        () => this.#kept(),
        () => this.#kept(),
      );
    }
  }

  #kept(): void {
    this.#checkpoint = null;
  }

  #stop(): void {
    this.#end_at = Math.min(this.#end_at, this.#clock.now());
  }

  async #drain(): Promise<void> {
    const limit = this.#clock.sleep(this.#segment.attempt_timeout_ms + drain_margin_ms);
    await Promise.race([Promise.all(this.#inFlight), limit]);
  }

  #sleepUntil(at: number): Promise<void> {
    return this.#clock.sleep(Math.max(0, Math.min(at, this.#end_at) - this.#clock.now()));
  }

  async #sleepUntilEnd(at: number): Promise<void> {
    for (let now = this.#clock.now(); now < at && now < this.#end_at; now = this.#clock.now())
      await this.#sleepUntil(Math.min(at, now + nap_ms));
  }

  #view(): Beat {
    const at = this.#clock.now();
    const service = this.#lanes.filter(({ log }) => log.target.kind === 'service');
    const { witness, segment } = this.#segment;
    const seen = this.#driver.view?.();
    return {
      at,
      witness,
      segment,
      service: service.map(({ log }) => log.health.view(log.lane, at)),
      longest_stall_ms: this.#stalls.longest_ms,
      ...(seen === undefined || seen.seen_at === null ? {} : { partitions: { seen_at: seen.seen_at, states: seen.partitions } }),
    };
  }

  #result(final: boolean, to: number): SegmentResult {
    const { segment, witness } = this.#segment;
    // A stall may outlast the segment's end, and nothing was to be watched after that.
    const sights = this.#driver.view?.().sights;
    const stalls = this.#stalls.stalls().flatMap((stall) => (stall.from < to ? [{ from: stall.from, to: Math.min(stall.to, to) }] : []));
    return {
      final,
      record: { segment, witness, from: this.#from, to, died: false, stalls, longest_stall_ms: this.#stalls.longest_ms },
      lanes: this.#lanes.map(({ log }) => log.record(final)),
      series: this.#lanes.flatMap(({ log, series }) => series.series(log.target.name, witness)),
      ...(sights === undefined ? {} : { partitions: sights }),
    };
  }
}
