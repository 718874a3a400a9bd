import type { Node } from './settings.ts';

const racks = ['a', 'b', 'c'] as const;
/** Voters' ids begin where no broker's do. */
const first_controller = 101;

/** Rack of the i-th broker, or zone of the i-th controller, counted from 0. */
export function zoneOf(i: number, zones: number): string {
  return racks[i % Math.min(zones, racks.length)] ?? racks[0];
}

/** Names, ids and zones of every node: brokers 1 and on, controllers 101 and on. */
export function layOut(brokers: number, controllers: number, zones: number): Pick<Node, 'id' | 'name' | 'role' | 'zone'>[] {
  const some = (count: number, role: Node['role'], first: number) =>
    Array.from({ length: count }, (_, i) => ({ id: first + i, name: `${role}-${first + i}`, role, zone: zoneOf(i, zones) }));
  return [...some(brokers, 'broker', 1), ...some(controllers, 'controller', first_controller)];
}

/**
 * Replicas of each partition, the preferred leader first: leaders in turn, followers in racks of their own while there are any, as
 * Kafka's own placer does, but the same at every start.
 */
export function place(brokers: { id: number; zone: string }[], partitions: number, replication_factor: number): number[][] {
  const n = brokers.length;
  return Array.from({ length: partitions }, (_, partition) => {
    const leader = brokers[partition % n];
    if (!leader) return [];
    // The followers shift by one at each round of leaders, so that one broker's followers are not always the same.
    const shift = Math.floor(partition / n);
    const others = Array.from({ length: n - 1 }, (_, i) => brokers[(partition + 1 + ((i + shift) % (n - 1))) % n]).filter(
      (one) => one !== undefined,
    );
    const chosen = [leader];
    while (chosen.length < replication_factor) {
      const free = others.filter((one) => !chosen.includes(one));
      const next = free.find(({ zone }) => !chosen.some((one) => one.zone === zone)) ?? free[0];
      if (!next) break;
      chosen.push(next);
    }
    return chosen.map(({ id }) => id);
  });
}
