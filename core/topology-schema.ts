import * as z from 'zod/mini';

export const text = z.string();
/** Epoch milliseconds. */
export const at = z.number().check(z.minimum(0));
export const length_ms = z.number().check(z.minimum(0));
export const whole = z.int().check(z.minimum(0));
const several = z.int().check(z.minimum(1));

const bounds = z.tuple([length_ms, length_ms]);

const member = z.strictObject({
  name: text,
  zone: text,
  role: z.enum(['writer', 'reader', 'broker', 'controller', 'voter', 'learner']),
  healthy: z.boolean(),
  promotion_tier: z.exactOptional(whole),
});

const aurora = z.strictObject({
  store: z.literal('aurora'),
  observed_at: at,
  members: z.array(member),
  write_quorum: whole,
  read_quorum: whole,
  commit: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('quorum'), standbys: whole, of: z.array(text) }),
    z.strictObject({ mode: z.literal('asynchronous') }),
    z.strictObject({ mode: z.literal('local') }),
  ]),
  controller: z.nullable(
    z.strictObject({
      name: text,
      poll_ms: length_ms,
      misses: whole,
      poll_timeout_ms: length_ms,
      detach_ms: bounds,
      promote_ms: bounds,
      repoint_ms: bounds,
      handover_ms: bounds,
      rejoin_ms: bounds,
    }),
  ),
  managed: z.exactOptional(z.strictObject({ lasts_ms: bounds, source: text })),
  link_delay_ms: length_ms,
});

/** Fields of a partition, shared by what was observed and what the probe saw later. */
export const partitionState = {
  partition: whole,
  leader: z.nullable(whole),
  leader_epoch: z.int(),
  replicas: z.array(whole),
  isr: z.array(whole),
};

const kafka = z.strictObject({
  store: z.literal('msk'),
  observed_at: at,
  members: z.array(member),
  topic: text,
  partitions: z.array(z.strictObject(partitionState)),
  min_isr: whole,
  unclean_election: z.boolean(),
  active_controller: z.nullable(text),
  session_timeout_ms: length_ms,
  heartbeat_ms: length_ms,
  lag_time_ms: length_ms,
  elr: z.boolean(),
});

const etcd = z.strictObject({
  store: z.literal('etcd'),
  observed_at: at,
  members: z.array(member),
  leader: z.nullable(text),
  term: whole,
  heartbeat_ms: length_ms,
  election_timeout_ms: length_ms,
  cluster_id: text,
  revision: whole,
  db_bytes: whole,
});

/** What a snapshot held and what came of its restore. */
export const restore = z.strictObject({
  snapshot: z.strictObject({ sha256: text, bytes: whole, keys: whole, revision: whole, saved_at: at }),
  refused: z.nullable(text),
  throw_away: z.exactOptional(z.strictObject({ took_ms: length_ms, at_once: several, processors: several })),
  started_at: z.nullable(at),
  ended_at: z.nullable(at),
  first_write_at: z.nullable(at),
  cluster_id: z.strictObject({ before: text, after: z.nullable(text) }),
  revision: z.strictObject({ seen: whole, after: z.nullable(whole) }),
  hashes: z.array(z.strictObject({ member: text, hash: text })),
  keys_missing: z.nullable(whole),
});

/** Any store's observed topology. */
export const topology = z.discriminatedUnion('store', [aurora, kafka, etcd]);
