import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdFault, EtcdRig } from '../../core/drill.ts';
import type { Restore } from '../../core/record.ts';
import type { EtcdCluster } from './cluster.ts';
import { put } from './members.ts';
import type { EtcdMember } from './parts.ts';
import { type Fingerprint, type Manifest, Procedure, Unrestorable } from './procedure.ts';
import { initialCluster } from './settings.ts';

type Fault = Extract<EtcdFault, { kind: 'snapshot-restore' }>;

const first_write_limit_ms = 60_000;
const write_limit_ms = 500;

/**
 * Saves a snapshot, proves that it restores, destroys every member's data and restores all of them from it: in place, since the cluster
 * is the lab's own and the drill was confirmed; the command's own default is a scratch cluster beside the live one. Nothing live is
 * touched before the proof, and once it is, stopping waits until the cluster is back. Leaves what came of it in `cluster.restored`.
 */
export async function restoreFromSnapshot(
  cluster: EtcdCluster,
  fault: Fault,
  rig: EtcdRig,
  victims: string[],
  stopped: AbortSignal,
): Promise<void> {
  const left = cluster.members.filter(({ name }) => !victims.includes(name));
  if (left.length > 0) throw new Error(`a restore replaces every member, and ${left.map(({ name }) => name).join(', ')} would stay`);
  const folder = join(cluster.folder, 'restore');
  const procedure = await Procedure.prepare(folder, cluster.parts.engine, cluster.parts.certificates);
  try {
    const { result, keys } = await proven(cluster, procedure, rig);
    await sleep((fault.write_s + (rig.snapshot_age_s ?? 0)) * 1_000, undefined, { signal: stopped });
    await loseAll(cluster, result, victims);
    const revision = await restoreAll(cluster, procedure, result);
    await compare(cluster, procedure, result, { keys, revision });
  } finally {
    await procedure.clean();
  }
}

/** Saves and proves; what the snapshot must bring back is counted on a live member at the snapshot's revision. */
async function proven(cluster: EtcdCluster, procedure: Procedure, rig: EtcdRig): Promise<{ result: Restore; keys: Fingerprint }> {
  const { leader, cluster_id } = await cluster.observe();
  // A follower saves it, so that the leader goes on undisturbed.
  const source = cluster.voters.find(({ name, server }) => name !== leader && server.process !== null) ?? cluster.voters[0];
  if (!source) throw new Error('no voter to save from');
  const { url } = cluster.door(source);
  const saved_at = cluster.plan.clock.now();
  let saved: Manifest = await procedure.save(url);
  const keys = await procedure.fingerprint(url, saved.revision);
  if (rig.damage_snapshot) saved = await procedure.damage(rig.damage_snapshot);
  const { sha256, bytes, revision } = saved;
  const result: Restore = {
    snapshot: { sha256, bytes, keys: keys.keys, revision, saved_at },
    refused: null,
    started_at: null,
    ended_at: null,
    first_write_at: null,
    cluster_id: { before: cluster_id, after: null },
    revision: { seen: Math.max(cluster.elections.seen_revision, revision), after: null },
    hashes: [],
    keys_missing: null,
  };
  cluster.restored = result;
  await proofOf(cluster, procedure, result).catch((error: Error) => {
    // A full disk or a missing tool says nothing about the backup.
    if (error instanceof Unrestorable) result.refused = error.message;
    throw error;
  });
  return { result, keys };
}

/** Restores a throw-away copy and notes how long that took: opened before, so that it is the work that each member is then. */
async function proofOf(cluster: EtcdCluster, procedure: Procedure, result: Restore): Promise<void> {
  const { clock } = cluster.plan;
  await procedure.open();
  const from = clock.now();
  await procedure.verify();
  result.throw_away = { took_ms: clock.now() - from, at_once: cluster.voters.length, processors: availableParallelism() };
}

async function loseAll(cluster: EtcdCluster, result: Restore, victims: string[]): Promise<void> {
  const all = victims.join(', ');
  result.revision.seen = Math.max((await cluster.observe()).revision, cluster.elections.seen_revision);
  cluster.emit('fault-started', all, `snapshot-restore: the data of ${all} are destroyed`);
  await cluster.destroy(victims);
  cluster.emit('fault-confirmed', all, 'no process and no data of theirs are left');
}

/** Every voter from the same snapshot under a new token; learners then join. Answers with the revision that all begin at. */
async function restoreAll(cluster: EtcdCluster, procedure: Procedure, result: Restore): Promise<number> {
  const { clock } = cluster.plan;
  const { voters } = cluster;
  result.started_at = clock.now();
  cluster.emit(
    'fault-ended',
    voters.map(({ name }) => name).join(', '),
    `restored from the snapshot of revision ${result.snapshot.revision}`,
  );
  cluster.token = `restored-${randomBytes(8).toString('hex')}`;
  const members = initialCluster(voters.map(({ server }) => server.place));
  const revisions = await allOf(voters.map(({ server }) => procedure.restore(server.place, server.data, members, cluster.token)));
  const first = firstWrite(cluster, voters);
  first.catch(() => {});
  await cluster.startVoters();
  await Promise.all(voters.map((member) => procedure.health(cluster.door(member).url)));
  result.first_write_at = await first;
  result.ended_at = clock.now();
  for (const { name } of voters) cluster.emit('member-back', name, `${name} is a voter of the restored cluster`);
  // Not counted: a new cluster makes them wait for seconds, and writes do not wait for them.
  await cluster.addLearners();
  for (const { name, role } of cluster.members) if (role === 'learner') cluster.emit('member-back', name, `${name} learns from it`);
  return Math.max(...revisions);
}

/** As Promise.all, but nothing goes on by itself once it rejects: healing must not meet a restore under way. */
async function allOf<T>(each: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(each);
  return Promise.all(each);
}

/** Tries one member after another until one acknowledges; answers when it did. */
async function firstWrite(cluster: EtcdCluster, voters: EtcdMember[]): Promise<number> {
  const end = performance.now() + first_write_limit_ms;
  for (let i = 0; ; i += 1) {
    const member = voters[i % voters.length];
    if (!member) throw new Error('no voter to write to');
    const failed = await put(cluster.door(member), 'quorum-drills/first-write', cluster.token, write_limit_ms).then(
      () => null,
      (error: unknown) => error,
    );
    if (failed === null) return cluster.plan.clock.now();
    if (performance.now() > end) throw failed;
    await sleep(5);
  }
}

/** Each voter's own account of what it began with, against what the snapshot held. */
async function compare(
  cluster: EtcdCluster,
  procedure: Procedure,
  result: Restore,
  wanted: { keys: Fingerprint; revision: number },
): Promise<void> {
  const held = await Promise.all(cluster.voters.map((member) => procedure.fingerprint(cluster.door(member).url, wanted.revision)));
  result.hashes = cluster.voters.map(({ name }, i) => ({ member: name, hash: held[i]?.sha256 ?? '' }));
  // A key that came back changed is as good as missing.
  const short = held.map(({ keys, sha256 }) => (sha256 === wanted.keys.sha256 ? 0 : Math.max(1, wanted.keys.keys - keys)));
  result.keys_missing = Math.max(...short);
  result.revision.after = wanted.revision;
  result.cluster_id.after = (await cluster.observe()).cluster_id;
}
