import type { Clock } from '../../core/clock.ts';
import type { Drill } from '../../core/drill.ts';
import type { Event, PartitionSight } from '../../core/record.ts';
import { brokerName, type DeclaredKafka, type KafkaTopology, type PartitionState } from '../../core/topology.ts';
import type { Answer, Down, SimulatedStore, SimulatedTarget } from './store.ts';

/** How the simulated Kafka takes the loss of a member. */
export interface KafkaCourse {
  /** From the loss of a leader to the first write that its successor takes. */
  move_ms: number;
  /** From the loss to the member's return; null when only healing brings it back. */
  down_ms: number | null;
  /** From a broker's return until it is in every ISR again. */
  catch_up_ms: number;
  /** Whether healing brings it back at all. */
  heals: boolean;
}

export const usualKafka: KafkaCourse = { move_ms: 300, down_ms: 900, catch_up_ms: 1_500, heals: true };

interface Loss {
  member: string;
  from: number;
  /** Infinite while only healing brings the member back. */
  to: number;
  in_sync_at: number;
}

interface Term {
  from: number;
  leader: number;
  epoch: number;
}

/** Brokers in three racks with a controller quorum of their own; what is asked is computed from losses and leaders' terms. */
export class SimulatedKafka implements SimulatedStore {
  readonly #clock: Clock;
  readonly #shape: DeclaredKafka;
  readonly #course: KafkaCourse;
  readonly #losses: Loss[] = [];
  readonly #terms: Term[][];
  readonly #active: { from: number; name: string }[];

  constructor(clock: Clock, shape: DeclaredKafka, course: KafkaCourse) {
    this.#clock = clock;
    this.#shape = shape;
    this.#course = course;
    this.#terms = Array.from({ length: shape.partitions }, (_, partition) => [
      { from: clock.now(), leader: this.#replicas(partition)[0] ?? 0, epoch: 1 },
    ]);
    this.#active = [{ from: clock.now(), name: 'controller-1' }];
  }

  get events(): Event[] {
    const lost = this.#losses.flatMap(({ member, from, to, in_sync_at }): Event[] => [
      { at: from, what: 'fault-started', who: member, text: 'stops' },
      { at: from, what: 'member-stopping', who: member, text: 'stops' },
      { at: from + 1, what: 'member-lost', who: member, text: 'no process is left' },
      { at: from + 1, what: 'fault-confirmed', who: member, text: 'no process is left' },
      { at: to, what: 'fault-ended', who: member, text: 'starts again' },
      { at: in_sync_at, what: 'member-back', who: member, text: 'in sync again' },
    ]);
    const elected = this.#active
      .slice(1)
      .map(({ from, name }): Event => ({ at: from, what: 'controller-elected', who: name, text: 'active' }));
    return [...lost, ...elected];
  }

  lose(members: string[]): void {
    const now = this.#clock.now();
    const { down_ms, move_ms, catch_up_ms } = this.#course;
    const to = down_ms === null ? Number.POSITIVE_INFINITY : now + down_ms;
    for (const member of members)
      this.#losses.push({ member, from: now, to, in_sync_at: to + (member.startsWith('broker') ? catch_up_ms : 0) });
    for (const [partition, terms] of this.#terms.entries()) {
      const last = terms.at(-1);
      const [next] = this.#isr(partition, now);
      if (last === undefined || next === undefined || !members.includes(brokerName(last.leader))) continue;
      terms.push({ from: now + move_ms, leader: next, epoch: last.epoch + 1 });
    }
    const next = this.#controllers().find((name) => this.#isUp(name, now));
    if (next !== undefined && members.includes(this.#activeAt(now))) this.#active.push({ from: now + move_ms, name: next });
  }

  restore(): void {
    if (!this.#course.heals) return;
    const now = this.#clock.now();
    for (const loss of this.#losses) {
      loss.to = Math.min(loss.to, now);
      loss.in_sync_at = Math.min(loss.in_sync_at, now);
    }
  }

  lost(): string[] {
    const now = this.#clock.now();
    return [...this.#brokers().map(brokerName), ...this.#controllers()].filter((name) => !this.#isUp(name, now));
  }

  observe(): KafkaTopology {
    const now = this.#clock.now();
    const { zones, min_isr, unclean_election } = this.#shape;
    const member = (name: string, index: number, role: 'broker' | 'controller') => {
      return { name, zone: `rack-${'abc'[index % zones]}`, role, healthy: this.#isUp(name, now) };
    };
    return {
      store: 'msk',
      observed_at: now,
      members: [
        ...this.#brokers().map((id, index) => member(brokerName(id), index, 'broker')),
        ...this.#controllers().map((name, index) => member(name, index, 'controller')),
      ],
      topic: 'drill',
      partitions: this.partitions(now),
      min_isr,
      unclean_election,
      active_controller: this.#activeAt(now),
      session_timeout_ms: 4_000,
      heartbeat_ms: 1_000,
      lag_time_ms: 10_000,
      elr: true,
    };
  }

  targets({ load }: Drill): SimulatedTarget[] {
    return this.#terms.map((_, partition) => ({
      name: `p${partition}`,
      kind: 'service',
      rate_hz: load.rate_hz / this.#shape.partitions,
      partition,
      answer: (at) => this.#answer(partition, at),
      outages: () => this.#outages(partition),
    }));
  }

  partitions(at: number): PartitionState[] {
    return this.#terms.map((_, partition) => {
      const { leader, epoch } = this.#termAt(partition, at);
      return { partition, leader, leader_epoch: epoch, replicas: this.#replicas(partition), isr: this.#isr(partition, at) };
    });
  }

  sights(from: number, to: number): PartitionSight[] {
    return [from, ...this.#turns().filter((at) => at > from && at <= to)].flatMap((at) =>
      this.partitions(at).map((state) => ({ at, ...state })),
    );
  }

  #answer(partition: number, at: number): Answer {
    const { leader, epoch } = this.#termAt(partition, at);
    if (!this.#isUp(brokerName(leader), at)) return { code: 'NOT_LEADER_OR_FOLLOWER', outcome: 'indeterminate', after_ms: 2 };
    if (this.#isr(partition, at).length < this.#shape.min_isr) return { code: 'NOT_ENOUGH_REPLICAS', outcome: 'failed', after_ms: 1 };
    return { server: `${brokerName(leader)}@${epoch}` };
  }

  #outages(partition: number): Down[] {
    const turns = this.#turns();
    const downs: Down[] = [];
    for (const [index, at] of turns.entries()) {
      if ('server' in this.#answer(partition, at)) continue;
      const to = turns[index + 1] ?? Number.POSITIVE_INFINITY;
      const last = downs.at(-1);
      if (last?.to === at) last.to = to;
      else downs.push({ from: at, to });
    }
    return downs;
  }

  /** Times at which anything changed or will, in order. */
  #turns(): number[] {
    const ofLosses = this.#losses.flatMap(({ from, to, in_sync_at }) => [from, to, in_sync_at]).filter(Number.isFinite);
    return [...new Set([...ofLosses, ...this.#terms.flatMap((terms) => terms.map(({ from }) => from))])].sort((a, b) => a - b);
  }

  #termAt(partition: number, at: number): Term {
    const terms = this.#terms[partition] ?? [];
    return terms.findLast(({ from }) => from <= at) ?? { from: at, leader: this.#replicas(partition)[0] ?? 0, epoch: 1 };
  }

  #activeAt(at: number): string {
    return this.#active.findLast(({ from }) => from <= at)?.name ?? 'controller-1';
  }

  #isr(partition: number, at: number): number[] {
    return this.#replicas(partition).filter((id) => this.#isInSync(brokerName(id), at));
  }

  #isUp(member: string, at: number): boolean {
    return !this.#losses.some((loss) => loss.member === member && loss.from <= at && at < loss.to);
  }

  #isInSync(member: string, at: number): boolean {
    return !this.#losses.some((loss) => loss.member === member && loss.from <= at && at < loss.in_sync_at);
  }

  #replicas(partition: number): number[] {
    const { brokers, replication_factor } = this.#shape;
    return Array.from({ length: replication_factor }, (_, index) => ((partition + index) % brokers) + 1);
  }

  #brokers(): number[] {
    return Array.from({ length: this.#shape.brokers }, (_, index) => index + 1);
  }

  #controllers(): string[] {
    return Array.from({ length: this.#shape.controllers }, (_, index) => `controller-${index + 1}`);
  }
}
