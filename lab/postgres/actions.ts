import { setTimeout as sleep } from 'node:timers/promises';
import type { AuroraFault } from '../../core/drill.ts';
import type { Link } from '../link.ts';
import type { PostgresCluster } from './cluster.ts';

/** Inflicts a fault on exactly these victims and resolves when its own course is over; what lasts is undone by `restore`. */
export function inflict(cluster: PostgresCluster, fault: AuroraFault, victims: string[], stopped: AbortSignal): Promise<void> {
  const all = victims.join(', ');
  const [first] = victims;
  if (first === undefined) throw new Error('no target was resolved');
  cluster.emit('fault-started', all, `${fault.kind} of ${all}`);
  switch (fault.kind) {
    case 'writer-kill':
      return kill(cluster, victims);
    case 'writer-handover':
      return handOver(cluster, first);
    case 'writer-freeze':
      return freeze(cluster, first, fault.thaw_after_s * 1_000, stopped);
    case 'writer-isolation':
      return isolate(cluster, first);
    case 'zone-loss':
      return loseZone(cluster, fault, victims, stopped);
    default:
      return fault satisfies never;
  }
}

async function kill(cluster: PostgresCluster, victims: string[]): Promise<void> {
  await cluster.lose(victims);
  cluster.emit('fault-confirmed', victims.join(', '), 'no process of theirs is left');
}

async function handOver(cluster: PostgresCluster, from: string): Promise<void> {
  if (cluster.writer.name !== from) throw new Error(`the writer is ${cluster.writer.name}, not ${from}`);
  await cluster.handover();
  cluster.emit('fault-confirmed', from, `the writer is ${cluster.writer.name}`);
  cluster.emit('fault-ended', from, `${from} is a reader`);
}

async function freeze(cluster: PostgresCluster, victim: string, thaw_after_ms: number, stopped: AbortSignal): Promise<void> {
  const { server } = cluster.copy(victim);
  const frozen = await server.freeze();
  cluster.emit('fault-confirmed', victim, `${frozen.length} processes stand still`);
  try {
    await sleep(thaw_after_ms, undefined, { signal: stopped });
  } finally {
    cluster.emit('fault-ended', victim, `${victim} goes on`);
    await server.thaw();
  }
}

/** The cut outlasts the action, so that the old writer is alone for as long as anybody watches. */
async function isolate(cluster: PostgresCluster, victim: string): Promise<void> {
  const cut = cluster.network.isolate(victim);
  await silent(cut);
  cluster.emit('fault-confirmed', victim, `no byte passes any of the ${cut.length} links of ${victim}`);
}

/** A cut is confirmed by what passes, not by what was ordered. */
async function silent(links: Link[]): Promise<void> {
  const passed = () => links.reduce((bytes, link) => bytes + link.passed_bytes, 0);
  for (let before = passed(), tries = 0; tries < 50; tries += 1) {
    await sleep(50);
    const now = passed();
    if (now === before) return;
    before = now;
  }
  throw new Error('bytes still pass the cut links');
}

async function loseZone(
  cluster: PostgresCluster,
  fault: Extract<AuroraFault, { kind: 'zone-loss' }>,
  victims: string[],
  stopped: AbortSignal,
): Promise<void> {
  await kill(cluster, victims);
  if (fault.returns_after_s === undefined) return;
  await sleep(fault.returns_after_s * 1_000, undefined, { signal: stopped });
  const back = victims.slice(0, fault.returning ?? victims.length);
  cluster.emit('fault-ended', back.join(', '), `${back.join(', ')} start again`);
  await Promise.all(back.map((name) => cluster.bring(name)));
}
