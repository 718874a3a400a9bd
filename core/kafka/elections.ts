import type { KafkaDrill } from '../drill.ts';
import type { Record } from '../record.ts';
import type { Elections } from '../report.ts';
import type { Timeline } from '../timeline.ts';
import { brokerName, type PartitionState } from '../topology.ts';
import { classOf, isrAfter } from './partitions.ts';
import { partitionsAt, sightsOf } from './sights.ts';
import { brokersOf } from './victims.ts';

/** Elections from the fault until healing began, which has its own; null where nothing tells when the fault was. */
export function electionsOf(drill: KafkaDrill, record: Record, { fault_at, healing_at, events }: Timeline): Elections | null {
  const { topology } = record;
  if (topology?.store !== 'msk' || fault_at === null) return null;
  const from_at = fault_at - record.probe.clock_uncertainty_ms;
  const before = partitionsAt(record, topology, from_at);
  const sights = sightsOf(record).filter(({ at }) => at > from_at && at <= healing_at);
  const controllers = events.filter(({ what, at }) => what === 'controller-elected' && at >= from_at && at <= healing_at).length;
  const ofControllers = drill.fault.kind === 'controller-kill' || drill.fault.kind === 'controller-roll';
  return {
    // Where nobody tells the epoch, -1, an election may pass unseen.
    leaders:
      sightsOf(record).length === 0 || [...before, ...sights].some(({ leader_epoch }) => leader_epoch < 0)
        ? null
        : before.reduce((sum, each) => sum + electionsIn(each, sights), 0),
    least: ofControllers ? 0 : before.reduce((sum, each) => sum + leastFor(drill, each, record.victims, brokersOf(topology)), 0),
    controllers,
    // Controllers take turns with the active one last, so that one election is enough.
    least_controllers: ofControllers ? 1 : 0,
  };
}

/** Every election raises the leader's epoch, seen or not; so does the time without any leader, which is none. */
function electionsIn({ partition, leader_epoch }: PartitionState, sights: PartitionState[]): number {
  const own = sights.filter((sight) => sight.partition === partition && sight.leader_epoch > leader_epoch);
  const leaderless = new Set(own.filter(({ leader }) => leader === null).map((sight) => sight.leader_epoch)).size;
  const last = own.reduce((highest, sight) => Math.max(highest, sight.leader_epoch), leader_epoch);
  return last - leader_epoch - leaderless;
}

/**
 * In a roll a partition moves when its leader has its turn, and once is enough where the new leader has had its own already;
 * the first of its replicas finds none that has, so it moves twice. Otherwise a partition moves when it is led by a victim.
 */
function leastFor({ fault }: KafkaDrill, partition: PartitionState, victims: string[], inTurn: string[]): number {
  if (partition.leader === null) return 0;
  const leader = brokerName(partition.leader);
  if (fault.kind === 'broker-roll' || fault.kind === 'hasty-roll') {
    const first = inTurn.find((name) => partition.isr.some((id) => brokerName(id) === name));
    return first === leader && partition.isr.length > 1 ? 2 : 1;
  }
  if (classOf(partition, victims) !== 'led') return 0;
  // Both of its replicas lead it in turn, and the first one again.
  if (fault.kind === 'unclean-chain') return 2;
  return isrAfter(partition, victims).length > 0 || fault.kind === 'ahead-of-followers' ? 1 : 0;
}
