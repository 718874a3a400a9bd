import type { EtcdTopology, Member } from '../../core/topology.ts';
import { type Door, type Status, statusOf } from './members.ts';
import type { Timing } from './settings.ts';

/** What is asked of each member, and what the lab knows of it without asking. */
export interface Watched {
  name: string;
  zone: string;
  role: 'voter' | 'learner';
  door: Door;
  /** False while no process of it runs or it stands still: nobody waits for its answer. */
  runs: boolean;
}

/** Names of those who answered, with what they said. */
export type Answers = Map<string, Status>;

const answer_limit_ms = 1_000;

export async function askAll(members: Watched[], within_ms = answer_limit_ms): Promise<Answers> {
  const asked = members.filter(({ runs }) => runs);
  const said = await Promise.all(asked.map(async ({ name, door }) => [name, await statusOf(door, within_ms).catch(() => null)] as const));
  return new Map(said.filter((one): one is readonly [string, Status] => one[1] !== null));
}

/** The leader of the latest term that any voter who answers knows, by id; a learner never forgets the one it had. */
export function leaderOf(answers: Answers): { id: string; term: number; cluster_id: string } | null {
  const [best] = [...answers.values()].filter(({ leader_id, learner }) => leader_id !== null && !learner).sort((a, b) => b.term - a.term);
  return best?.leader_id ? { id: best.leader_id, term: best.term, cluster_id: best.cluster_id } : null;
}

/** Who of the answering has this id; ids of silent members come from `known`. */
export function nameOf(id: string | undefined, answers: Answers, known: Map<string, string>): string | null {
  if (id === undefined) return null;
  for (const [name, { member_id }] of answers) if (member_id === id) return name;
  return known.get(id) ?? null;
}

/** The topology as the members themselves tell it; throws when none answers. */
export function topologyOf(
  members: Watched[],
  answers: Answers,
  around: { at: number; timing: Timing; known: Map<string, string> },
): EtcdTopology {
  const leader = leaderOf(answers);
  const said = [...answers.values()];
  const cluster_id = leader?.cluster_id ?? said[0]?.cluster_id;
  if (cluster_id === undefined) throw new Error(`none of ${members.length} members answers`);
  return {
    store: 'etcd',
    observed_at: around.at,
    members: members.map(({ name, zone, role }): Member => {
      const answer = answers.get(name);
      const healthy = answer !== undefined && leader !== null && answer.leader_id === leader.id && answer.cluster_id === cluster_id;
      return { name, zone, role: answer ? (answer.learner ? 'learner' : 'voter') : role, healthy };
    }),
    leader: nameOf(leader?.id, answers, around.known),
    term: Math.max(...said.map(({ term }) => term)),
    ...around.timing,
    cluster_id,
    revision: Math.max(...said.map(({ revision }) => revision)),
    db_bytes: Math.max(...said.map(({ db_bytes }) => db_bytes)),
  };
}
