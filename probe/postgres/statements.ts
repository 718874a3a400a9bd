/** `seq` says in which order the server took the rows. Nothing is unique, so that a write applied twice is there twice. */
export const tables = [
  'create schema if not exists quorum_drill',
  `create table if not exists quorum_drill.writes (
    run text not null, lane text not null, n bigint not null, planned_at double precision not null,
    at timestamptz not null default clock_timestamp(), seq bigserial)`,
  'create index if not exists writes_seq on quorum_drill.writes (seq)',
];

/** How a server says who it is: a writer, and any server. */
interface Names {
  writer: string;
  any: string;
}

/** The server's name and the timeline it writes on now: a promotion gives a new identity, and so does a fail-back. */
const named = `current_setting('cluster_name') || '@' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int`;

/** A reader has a name but no timeline that it writes. */
const postgres: Names = { writer: named, any: `case when pg_is_in_recovery() then current_setting('cluster_name') else ${named} end` };

/** Aurora has no timelines: the instance's name alone, from PostgreSQL 13.7 on. So a writer that gets its role back looks the same. */
const aurora: Names = { writer: 'aurora_db_instance_identifier()', any: 'aurora_db_instance_identifier()' };

/** What the lanes send, in the words of one dialect. */
export function statementsOf(dialect: 'aurora' | undefined) {
  const names = dialect === 'aurora' ? aurora : postgres;
  return {
    write: {
      name: 'quorum_drill_write',
      text: `insert into quorum_drill.writes (run, lane, n, planned_at) values ($1, $2, $3, $4) returning ${names.writer}`,
    },
    /** Looks up what a write needs and locks nothing, so that only a write itself can wait for another. */
    warm: { name: 'quorum_drill_warm', text: `select ${names.any}, to_regclass('quorum_drill.writes'), clock_timestamp()` },
    /** Touches the table, so that it answers only where the data does. */
    read: { name: 'quorum_drill_read', text: `select ${names.any}, exists (select from quorum_drill.writes)` },
  };
}

export const page = {
  name: 'quorum_drill_page',
  text: 'select seq, lane, n from quorum_drill.writes where run = $1 and seq > $2 order by seq limit $3',
};
