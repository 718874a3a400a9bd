import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaFault } from '../../core/drill.ts';
import type { KafkaCluster } from './cluster.ts';

/** Inflicts a fault on exactly these victims and resolves when its own course is over; what lasts is undone by `restore`. */
export function inflict(cluster: KafkaCluster, fault: KafkaFault, victims: string[], stopped: AbortSignal): Promise<void> {
  const all = victims.join(', ');
  const [first, second] = victims;
  if (first === undefined) throw new Error('no target was resolved');
  // Whoever is no member is refused before anything is touched.
  for (const name of victims) cluster.server(name);
  cluster.emit('fault-started', all, `${fault.kind} of ${all}`);
  switch (fault.kind) {
    case 'broker-restart':
    case 'broker-roll':
    case 'controller-roll':
      return restart(cluster, first, fault.down_s, stopped);
    case 'hasty-roll':
      return rollHastily(cluster, victims, fault, stopped);
    case 'broker-kill':
      return kill(cluster, victims, fault, stopped);
    case 'rack-kill':
    case 'controller-kill':
      return kill(cluster, victims, {}, stopped);
    case 'unclean-chain':
      if (second === undefined) throw new Error('an unclean chain needs a leader and a follower');
      return chain(cluster, first, second, fault.write_s, stopped);
    case 'ahead-of-followers':
      return runAhead(cluster, first, victims.slice(1), fault.write_s, stopped);
    default:
      return fault satisfies never;
  }
}

async function restart(cluster: KafkaCluster, victim: string, down_s: number, stopped: AbortSignal): Promise<void> {
  await cluster.stopMember(victim);
  cluster.emit('fault-confirmed', victim, `${victim} does not run`);
  await pause(down_s, stopped);
  cluster.emit('fault-ended', victim, `${victim} starts again`);
  await cluster.bring([victim], stopped);
}

/** Each begins `apart_s` after the one before, whatever became of that one. */
async function rollHastily(
  cluster: KafkaCluster,
  victims: string[],
  { apart_s, down_s }: { apart_s: number; down_s: number },
  stopped: AbortSignal,
): Promise<void> {
  const all = victims.join(', ');
  const back = victims.map(async (victim, i) => {
    await pause(i * apart_s, stopped);
    await cluster.stopMember(victim);
    if (i === 0) cluster.emit('fault-confirmed', victim, `${victim} does not run`);
    await pause(down_s, stopped);
    if (i === victims.length - 1) cluster.emit('fault-ended', all, `${victim}, the last one, starts again`);
    await cluster.bring([victim], stopped);
  });
  const failed = (await Promise.allSettled(back)).find((one) => one.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function kill(
  cluster: KafkaCluster,
  victims: string[],
  { returns_after_s, returning }: { returns_after_s?: number; returning?: number },
  stopped: AbortSignal,
): Promise<void> {
  await cluster.lose(victims);
  cluster.emit('fault-confirmed', victims.join(', '), 'no process of theirs is left');
  if (returns_after_s === undefined) return;
  await pause(returns_after_s, stopped);
  const back = victims.slice(0, returning ?? victims.length);
  cluster.emit('fault-ended', back.join(', '), `${back.join(', ')} start again`);
  await cluster.bring(back, stopped);
}

/** What B acknowledged alone is lost when A, which lacks it, leads again. */
async function chain(cluster: KafkaCluster, a: string, b: string, write_s: number, stopped: AbortSignal): Promise<void> {
  const [idA, idB] = [a, b].map((name) => cluster.server(name).node.id);
  const shared = async () =>
    (await cluster.partitions()).filter(({ replicas }) => replicas.some((id) => id === idA) && replicas.some((id) => id === idB));
  await cluster.lose([a]);
  await cluster.until(
    `${b} alone in the ISR`,
    async () => (await shared()).every(({ leader, isr }) => leader === idB && isr.length === 1),
    stopped,
  );
  await pause(write_s, stopped);
  await cluster.lose([b]);
  await cluster.until(`${b} fenced`, async () => (await shared()).every(({ leader }) => leader === null), stopped);
  cluster.emit('fault-confirmed', `${a}, ${b}`, `${b} led alone, and is fenced`);
  cluster.emit('fault-ended', a, `${a} starts again`);
  const back = cluster.bring([a], stopped);
  back.catch(() => {});
  await cluster.until(`${a} leads`, async () => (await shared()).every(({ leader }) => leader === idA), stopped);
  await pause(write_s, stopped);
  await Promise.all([back, cluster.bring([b], stopped)]);
}

/** Longer than this the followers would leave the ISR, and the records be safe. */
async function runAhead(cluster: KafkaCluster, leader: string, followers: string[], write_s: number, stopped: AbortSignal): Promise<void> {
  const standing = followers.map((name) => cluster.server(name));
  await Promise.all(standing.map((server) => server.freeze()));
  try {
    await pause(write_s, stopped);
    await cluster.lose([leader]);
    cluster.emit(
      'fault-confirmed',
      [leader, ...followers].join(', '),
      `${leader} is gone, and ${followers.join(', ')} stood still for ${write_s} s before`,
    );
  } finally {
    cluster.emit('fault-ended', followers.join(', '), `${followers.join(', ')} go on`);
    for (const server of standing) server.thaw();
  }
}

function pause(seconds: number, stopped: AbortSignal): Promise<void> {
  return sleep(seconds * 1_000, undefined, { signal: stopped });
}
