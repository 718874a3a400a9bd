/** `seq` says in which order the server took the rows. Nothing is unique, so that a write applied twice is there twice. */
export const tables = [
  'create schema if not exists quorum_drill',
  `create table if not exists quorum_drill.writes (
    run text not null, lane text not null, n bigint not null, planned_at double precision not null,
    at timestamptz not null default clock_timestamp(), seq bigserial)`,
  'create index if not exists writes_seq on quorum_drill.writes (seq)',
];

/** The server's name and the timeline it writes on now: a promotion gives a new identity, and so does a fail-back. */
const identity = `current_setting('cluster_name') || '@' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int`;

export const write = {
  name: 'quorum_drill_write',
  text: `insert into quorum_drill.writes (run, lane, n, planned_at) values ($1, $2, $3, $4) returning ${identity}`,
};

/** A reader has a name but no timeline that it writes. */
const server = `case when pg_is_in_recovery() then current_setting('cluster_name') else ${identity} end`;

/** Looks up what a write needs and locks nothing, so that only a write itself can wait for another. */
export const warm = { name: 'quorum_drill_warm', text: `select ${server}, to_regclass('quorum_drill.writes'), clock_timestamp()` };

/** Touches the table, so that it answers only where the data does. */
export const read = {
  name: 'quorum_drill_read',
  text: `select ${server}, exists (select from quorum_drill.writes)`,
};

export const page = {
  name: 'quorum_drill_page',
  text: 'select seq, lane, n from quorum_drill.writes where run = $1 and seq > $2 order by seq limit $3',
};
