import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdFault, EtcdRig } from '../../core/drill.ts';
import type { EtcdCluster } from './cluster.ts';
import { caughtUp } from './joining.ts';
import { restoreFromSnapshot } from './restoring.ts';

const thawed_limit_ms = 60_000;

/** Inflicts a fault on exactly these victims and resolves when its own course is over; what lasts is undone by `restore`. */
export async function inflict(
  cluster: EtcdCluster,
  fault: EtcdFault,
  rig: EtcdRig,
  victims: string[],
  stopped: AbortSignal,
): Promise<void> {
  const [first] = victims;
  if (first === undefined) throw new Error('no target was resolved');
  if (rig.hit_nobody) return;
  // A snapshot is saved and proven while nothing is broken yet: it says itself when the fault begins.
  if (fault.kind === 'snapshot-restore') return restoreFromSnapshot(cluster, fault, rig, victims, stopped);
  const all = victims.join(', ');
  cluster.emit('fault-started', all, `${fault.kind} of ${all}`);
  switch (fault.kind) {
    case 'leader-kill':
    case 'voters-kill':
      return kill(cluster, victims);
    case 'leader-handover':
      return handOver(cluster, first);
    case 'leader-freeze':
      return freeze(cluster, first, fault.thaw_after_s * 1_000, stopped);
    case 'member-roll':
      return roll(cluster, first, fault.down_s * 1_000, stopped);
    case 'majority-kill':
      return killMajority(cluster, fault, victims, stopped);
    default:
      return fault satisfies never;
  }
}

async function kill(cluster: EtcdCluster, victims: string[]): Promise<void> {
  await cluster.lose(victims);
  cluster.emit('fault-confirmed', victims.join(', '), 'no process of theirs is left');
}

async function handOver(cluster: EtcdCluster, victim: string): Promise<void> {
  await cluster.stopMember(victim);
  cluster.emit('fault-confirmed', victim, `no process of ${victim} is left`);
}

async function freeze(cluster: EtcdCluster, victim: string, thaw_after_ms: number, stopped: AbortSignal): Promise<void> {
  const member = cluster.member(victim);
  await member.server.freeze();
  cluster.emit('fault-confirmed', victim, `${victim} stands still`);
  try {
    await sleep(thaw_after_ms, undefined, { signal: stopped });
  } finally {
    cluster.emit('fault-ended', victim, `${victim} goes on`);
    member.server.thaw();
  }
  await caughtUp(cluster, member, thawed_limit_ms);
  cluster.emit('member-back', victim, `${victim} has caught up with its leader`);
}

/** One step of a rolling restart. */
async function roll(cluster: EtcdCluster, victim: string, down_ms: number, stopped: AbortSignal): Promise<void> {
  await handOver(cluster, victim);
  await sleep(down_ms, undefined, { signal: stopped });
  await bring(cluster, [victim]);
}

async function killMajority(
  cluster: EtcdCluster,
  fault: Extract<EtcdFault, { kind: 'majority-kill' }>,
  victims: string[],
  stopped: AbortSignal,
): Promise<void> {
  await kill(cluster, victims);
  await sleep(fault.returns_after_s * 1_000, undefined, { signal: stopped });
  await bring(cluster, victims.slice(0, fault.returning));
}

async function bring(cluster: EtcdCluster, names: string[]): Promise<void> {
  const all = names.join(', ');
  cluster.emit('fault-ended', all, `${all} ${names.length === 1 ? 'starts' : 'start'} again`);
  await cluster.bring(names);
}
