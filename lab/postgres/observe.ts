import type { AuroraTopology, ControllerSettings, Member } from '../../core/topology.ts';
import type { Copy } from './copy.ts';
import { readRule } from './settings.ts';

interface Answer {
  recovering: boolean;
  timeline: number;
  names: string;
  commit: string;
  streaming: string[];
}

const answerSql = `
  select pg_is_in_recovery() as recovering,
    case when pg_is_in_recovery() then 0 else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline,
    current_setting('synchronous_standby_names') as names, current_setting('synchronous_commit') as commit,
    array(select application_name from pg_stat_replication where state = 'streaming') as streaming`;
const answer_limit_ms = 1_000;

/** The topology as the servers themselves tell it; throws when no writer answers. Of two writers the later term is the real one. */
export async function observe(
  copies: Copy[],
  around: { at: number; controller: ControllerSettings; link_delay_ms: number },
): Promise<AuroraTopology> {
  const answers = new Map(await Promise.all(copies.map(async (copy) => [copy.name, await ask(copy)] as const)));
  const writers = [...answers].filter(([, answer]) => answer && !answer.recovering);
  const [name, writer] = writers.sort((a, b) => (b[1]?.timeline ?? 0) - (a[1]?.timeline ?? 0))[0] ?? [];
  if (!name || !writer)
    throw new Error(`no writer answers; ${[...answers.values()].filter(Boolean).length} of ${copies.length} copies answer`);
  const commit = readRule(writer.names, writer.commit);
  const write_quorum = commit.mode === 'quorum' ? commit.standbys + 1 : 1;
  const members = copies.map((copy): Member => {
    const answer = answers.get(copy.name);
    const healthy = copy.name === name || (answer?.recovering === true && writer.streaming.includes(copy.name));
    return { name: copy.name, zone: copy.zone, role: answer?.recovering === false ? 'writer' : 'reader', healthy };
  });
  return {
    store: 'aurora',
    observed_at: around.at,
    members,
    write_quorum,
    read_quorum: copies.length - write_quorum + 1,
    commit,
    controller: copies.length > 1 ? around.controller : null,
    link_delay_ms: around.link_delay_ms,
  };
}

function ask(copy: Copy): Promise<Answer | null> {
  return copy.direct.row<Answer>(answerSql, answer_limit_ms).catch(() => null);
}
