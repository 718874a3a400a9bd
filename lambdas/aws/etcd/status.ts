import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../../core/clock.ts';
import type { EtcdTarget } from '../../../drills/target.ts';
import { type Answer, runCommand } from './commands.ts';

/** What one member says of itself. Ids are hexadecimal. */
export interface MemberStatus {
  version: string;
  member_id: string;
  cluster_id: string;
  /** null while it knows none. */
  leader_id: string | null;
  learner: boolean;
  term: number;
  revision: number;
  db_bytes: number;
  /** How many members it says that the cluster has; null where no quorum told it. */
  members: number | null;
}

/** A member as its host tells of it; `status` is null where it does not answer, `timing` where it does not run. */
export interface Told {
  name: string;
  /** When the host looked, within the time that was asked. */
  at: number;
  timing: { heartbeat_ms: number; election_timeout_ms: number } | null;
  status: MemberStatus | null;
}

/** Less than a view may be old: a host that takes longer counts as silent. */
const within_ms = 4_000;

interface Look {
  sent_at: number;
  now: number;
}

/** Asks every member through its host; those whose host does not answer in time are left out. Throws when none does. */
export async function statusOf(ssm: SSMClient, clock: Clock, { name, members, documents }: EtcdTarget): Promise<Told[]> {
  const sent_at = clock.now();
  const instances = members.map(({ instance }) => instance);
  const answers = await runCommand(ssm, clock, { document: documents.status, instances, within_ms });
  const look = { sent_at, now: clock.now() };
  const told = members.flatMap((member) => {
    const answer = answers.find(({ instance }) => instance === member.instance);
    return answer?.status === 'Success' ? [toldBy(member.name, answer, look)] : [];
  });
  if (told.length > 0) return told;
  const [first] = answers;
  throw new Error(
    `members of ${name}: got no answer of any host (${first?.instance} is ${first?.status}${first?.why ? `: ${first.why}` : ''}), wanted one; look whether their SSM agents are online`,
  );
}

/** Ids are longer than a number holds: they become text before anything reads them. */
function toldBy(name: string, { stdout }: Answer, { sent_at, now }: Look): Told {
  const value = JSON.parse(stdout.replace(/:\s*(\d{16,})/g, ':"$1"')) as {
    at_ms: number;
    timing: [string, string] | null;
    status: [{ Status: RawStatus }] | null;
    list: { members?: unknown[] } | null;
  };
  const [heartbeat_ms, election_timeout_ms] = (value.timing ?? []).map(Number);
  return {
    name,
    // The host's clock may be off; what it saw, it saw after it was asked and before it answered.
    at: Math.max(sent_at, Math.min(value.at_ms, now)),
    timing: heartbeat_ms === undefined || election_timeout_ms === undefined ? null : { heartbeat_ms, election_timeout_ms },
    status: value.status === null ? null : statusIn(value.status[0].Status, value.list?.members?.length ?? null),
  };
}

/** As `etcdctl endpoint status --write-out=json` has it; what is zero or false may be left out. */
interface RawStatus {
  header: { cluster_id: string | number; member_id: string | number; revision?: number; raft_term?: number };
  version: string;
  dbSize?: number;
  leader?: string | number;
  raftTerm?: number;
  isLearner?: boolean;
}

function statusIn(
  { header, version, dbSize = 0, leader = 0, raftTerm, isLearner = false }: RawStatus,
  members: number | null,
): MemberStatus {
  return {
    version,
    member_id: hex(header.member_id),
    cluster_id: hex(header.cluster_id),
    leader_id: String(leader) === '0' ? null : hex(leader),
    learner: isLearner,
    term: raftTerm ?? header.raft_term ?? 0,
    revision: header.revision ?? 0,
    db_bytes: dbSize,
    members,
  };
}

/** An id as etcd's own tools print it. */
export function hex(id: string | number): string {
  return BigInt(id).toString(16);
}
