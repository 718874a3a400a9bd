import { classOf, isrAfter, type PartitionClass } from '../core/kafka/partitions.ts';
import { sightsOf, topologyAt } from '../core/kafka/sights.ts';
import type { PartitionSight, Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { timelineOf } from '../core/timeline.ts';
import type { PartitionState } from '../core/topology.ts';

/** full: every replica in sync; shrunk: fewer; below: fewer than min ISR, so that acks=all writes stop; leaderless: nothing is served. */
export type SpellState = 'full' | 'shrunk' | 'below' | 'leaderless';

/** A stretch in which one partition looked the same; epoch milliseconds. */
export interface Spell extends PartitionState {
  from: number;
  to: number;
  state: SpellState;
  /** Whether the leader is another one than in the spell before. */
  elected: boolean;
}

/** One partition through the whole run, oldest spell first. */
export interface PartitionStory {
  partition: number;
  name: string;
  /** What the brokers that were hit were to it right before the fault. */
  stood: PartitionClass;
  spells: Spell[];
  elections: number;
  fewest: number;
  below_ms: number;
  shrunk_ms: number;
}

/** Every partition's leader and ISR over time, as the probe's metadata showed them; empty for stores that have none. */
export function partitionStories(record: Record): PartitionStory[] {
  const { topology, probe } = record;
  if (topology?.store !== 'msk' || (probe.partitions ?? []).length === 0) return [];
  const until = Math.max(topology.observed_at, ...probe.segments.map(({ to }) => to), ...(probe.partitions ?? []).map(({ at }) => at));
  const sights = [...topology.partitions.map((each) => ({ ...each, at: topology.observed_at })), ...sightsOf(record)];
  const before = topologyAt(record, topology, timelineOf(record).fault_at ?? topology.observed_at).partitions;
  const groups = Map.groupBy(sights, ({ partition }) => partition);
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([partition, seen]) => {
      const spells = spellsOf(seen, until, topology.min_isr);
      const lasted = (...states: SpellState[]) =>
        spells.filter(({ state }) => states.includes(state)).reduce((sum, { from, to }) => sum + to - from, 0);
      const first = before.find((each) => each.partition === partition);
      return {
        partition,
        name: `p${partition}`,
        stood: first ? classOf(first, record.victims) : 'untouched',
        spells,
        elections: spells.filter(({ elected }) => elected).length,
        fewest: Math.min(...spells.map(({ isr }) => isr.length)),
        below_ms: lasted('below', 'leaderless'),
        shrunk_ms: lasted('shrunk', 'below', 'leaderless'),
      };
    });
}

/** Those that fared worst first: longest below min ISR, longest with fewer replicas in sync, most elections. */
export function worstFirst(stories: readonly PartitionStory[]): PartitionStory[] {
  return [...stories].sort(
    (a, b) => b.below_ms - a.below_ms || b.shrunk_ms - a.shrunk_ms || b.elections - a.elections || a.partition - b.partition,
  );
}

/**
 * Targets of the service lanes by the classes of the report, the worst first: what the victims were to each partition right
 * before the fault, or that a negative drill stops it. A fault that takes all in turn has one class, and it is all of them.
 */
export function targetsByClass({ recovery }: Pick<Report, 'recovery'>, record: Record): [name: string, targets: Set<string>][] {
  const { topology, victims } = record;
  if (topology?.store !== 'msk' || recovery === null) return [];
  const names = recovery.classes.map(({ name }) => name);
  const { partitions, min_isr } = topologyAt(record, topology, timelineOf(record).fault_at ?? topology.observed_at);
  const classIn = (partition: PartitionState): string | undefined => {
    if (names.length === 1) return names[0];
    const stops = names.includes('below min ISR') && isrAfter(partition, victims).length < min_isr;
    return stops ? 'below min ISR' : classOf(partition, victims);
  };
  return names.map((name) => [name, new Set(partitions.filter((each) => classIn(each) === name).map(({ partition }) => `p${partition}`))]);
}

/** Two witnesses look at the same metadata: what repeats, and what is older than an epoch already seen, tells nothing new. */
function spellsOf(seen: PartitionSight[], until: number, min_isr: number): Spell[] {
  const spells: Spell[] = [];
  for (const { at, ...state } of [...seen].sort((a, b) => a.at - b.at || a.leader_epoch - b.leader_epoch)) {
    const last = spells.at(-1);
    if (last && (state.leader_epoch < last.leader_epoch || alike(last, state))) continue;
    if (last) last.to = at;
    const elected = last !== undefined && state.leader !== null && state.leader !== leaderBefore(spells);
    spells.push({ ...state, from: at, to: until, state: stateOf(state, min_isr), elected });
  }
  return spells;
}

function leaderBefore(spells: Spell[]): number | null {
  return spells.findLast(({ leader }) => leader !== null)?.leader ?? null;
}

function alike(a: PartitionState, b: PartitionState): boolean {
  return a.leader === b.leader && a.leader_epoch === b.leader_epoch && [...a.isr].sort().join() === [...b.isr].sort().join();
}

function stateOf({ leader, isr, replicas }: PartitionState, min_isr: number): SpellState {
  if (leader === null) return 'leaderless';
  if (isr.length < min_isr) return 'below';
  return isr.length < replicas.length ? 'shrunk' : 'full';
}
