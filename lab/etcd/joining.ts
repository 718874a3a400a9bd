import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdCluster } from './cluster.ts';
import { addMember, membersOf, removeMember } from './members.ts';
import { askAll, leaderOf } from './observe.ts';
import type { EtcdMember } from './parts.ts';
import { initialCluster } from './settings.ts';

const ask_limit_ms = 1_000;
const join_limit_ms = 30_000;
const poll_ms = 50;

/** Starts a member without data in the place of the one that had it, or as a new learner; the others must have a quorum. */
export async function join(cluster: EtcdCluster, member: EtcdMember): Promise<void> {
  const { place } = member.server;
  const other = cluster.members.find(({ name, server }) => name !== member.name && server.process !== null);
  if (!other) throw new Error(`nobody is there whom ${member.name} could join`);
  const door = cluster.door(other);
  // A cluster refuses new members until all are connected, and for some seconds after its start.
  await patiently(async () => {
    const old = (await membersOf(door, ask_limit_ms)).find(({ peer_url }) => peer_url === place.peer_url);
    if (old) await removeMember(door, old.id);
    await addMember(door, place.peer_url, member.role === 'learner');
  });
  const listed = await membersOf(door, ask_limit_ms);
  const places = cluster.members
    .map(({ server }) => server.place)
    .filter(({ peer_url }) => listed.some((one) => one.peer_url === peer_url));
  await member.server.start({ state: 'existing', initial_cluster: initialCluster(places), token: cluster.token });
}

async function patiently(step: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + join_limit_ms; ; await sleep(200)) {
    const failed = await step().then(
      () => null,
      (error: unknown) => error,
    );
    if (failed === null) return;
    if (performance.now() > end) throw failed;
  }
}

/** Waits until the member follows the leader and has applied all that the leader had when it was first seen. */
export async function caughtUp(cluster: EtcdCluster, member: EtcdMember, within_ms: number): Promise<void> {
  let goal: number | null = null;
  for (const end = performance.now() + within_ms; ; await sleep(poll_ms)) {
    const ended = await member.server.ended();
    if (ended) throw ended;
    const answers = await askAll(cluster.watched(), ask_limit_ms);
    cluster.elections.hear(answers);
    const leader = leaderOf(answers);
    const leading = [...answers.values()].find(({ member_id }) => member_id === leader?.id);
    const mine = answers.get(member.name);
    if (leading && mine && mine.leader_id === leader?.id && mine.cluster_id === leader.cluster_id) {
      goal ??= leading.raft_index;
      if (mine.applied_index >= goal) return;
    }
    if (performance.now() > end) throw new Error(`${member.name} did not catch up within ${within_ms} ms`);
  }
}
