import { randomBytes } from 'node:crypto';
import type { EtcdDrill } from '../core/drill.ts';
import { type ExpectedRestore, expectRestore } from '../core/etcd/expectation.ts';
import type { Record } from '../core/record.ts';
import type { EtcdTopology } from '../core/topology.ts';
import { etcdSnapshotRestore } from '../drills/etcd-snapshot-restore.ts';
import type { EtcdCluster } from '../lab/etcd/cluster.ts';
import { ask } from '../lab/etcd/gateway.ts';
import { inLab } from '../lab/etcd.ts';
import { type Around, gapsBetween, Watch } from './etcd-watch.ts';

const drill: EtcdDrill = etcdSnapshotRestore;
const healthy_ms = 2_000;
const restored_limit_ms = 300_000;
/** As large as a Kubernetes object often is; a transaction takes at most 128 of them and a gateway 1.5 MiB. */
const value_bytes = 4_096;
const values_a_batch = 128;
const batches_a_look = 8;
const batch_limit_ms = 60_000;

export interface Restored {
  snapshot_bytes: number;
  keys: number;
  throw_away_ms: number;
  predicted: { likely_ms: number; lo_ms: number; hi_ms: number };
  /** How long writes were gone: the loss of all data, the restore, and the first write. */
  measured: { lo_ms: number; hi_ms: number | null };
  /** By how much the likeliest time is off the middle of what was measured; null where no end was seen. */
  off: number | null;
  /** Every member holds the same and every key of the snapshot. */
  verified: boolean;
}

/** Fills the cluster to so many bytes, and saves, loses and restores all of it under the probe's load, by the drill's own procedure. */
export async function restoreAt(around: Around, cluster: EtcdCluster, bytes: number): Promise<{ figures: Restored; record: Record }> {
  const { clock, say } = around;
  say(`filling to ${bytes / 1e6} MB`);
  await fill(cluster, bytes);
  const lab = inLab(cluster);
  const watch = new Watch({ ...around, cluster: lab, drill });
  await watch.healthy(healthy_ms, clock.now());
  const before = await cluster.observe();
  cluster.restored = null;
  const victims = cluster.members.map(({ name }) => name);
  const restoring = lab.inflict(drill, victims, new AbortController().signal);
  const predicted = await Promise.race([prediction(around, cluster, before), restoring.then(() => null)]);
  if (predicted === null) throw new Error('the restore was over before anything was predicted of it');
  say(`${predicted.reasons.join('; ')}: ${Math.round(predicted.likely_ms)} ms are likely`);
  await restoring;
  await watch.healthy(healthy_ms, clock.now(), restored_limit_ms);
  const restored = lab.restored?.() ?? null;
  const record = await watch.end(before, restored);
  return { figures: figuresOf(record, predicted), record };
}

/** As soon as the snapshot is proven; nothing is lost yet, and the drill goes on writing for a while. */
async function prediction({ clock }: Around, cluster: EtcdCluster, topology: EtcdTopology): Promise<ExpectedRestore> {
  for (;;) {
    const { restored } = cluster;
    if (restored?.throw_away) {
      if (cluster.events.some(({ what, at }) => what === 'fault-started' && at >= restored.snapshot.saved_at))
        throw new Error('the data were lost before anything was predicted');
      return expectRestore(drill, topology, { ...restored, bytes: restored.snapshot.bytes });
    }
    await clock.sleep(20);
  }
}

/** Later outages are of what compares the members, which reads all their data at once. */
function figuresOf(record: Record, { likely_ms, lo_ms, hi_ms }: ExpectedRestore): Restored {
  const { restore: restored } = record;
  const lost_at = record.events.find(({ what }) => what === 'fault-started')?.at;
  if (lost_at === undefined || restored?.ended_at == null) throw new Error('nobody told when the data were lost or when they were back');
  const [gap = { lo_ms: 0, hi_ms: null }] = gapsBetween(drill, record, [lost_at, restored.ended_at]);
  const middle_ms = gap.hi_ms === null ? null : (gap.lo_ms + gap.hi_ms) / 2;
  return {
    snapshot_bytes: restored.snapshot.bytes,
    keys: restored.snapshot.keys,
    throw_away_ms: restored.throw_away?.took_ms ?? Number.NaN,
    predicted: { likely_ms, lo_ms, hi_ms },
    measured: gap,
    off: middle_ms === null ? null : (likely_ms - middle_ms) / middle_ms,
    verified: restored.keys_missing === 0 && new Set(restored.hashes.map(({ hash }) => hash)).size === 1,
  };
}

async function fill(cluster: EtcdCluster, bytes: number): Promise<void> {
  const [first] = cluster.voters;
  if (!first) throw new Error('no voter to write to');
  const { url, credentials } = cluster.door(first);
  for (let held = 0; held < bytes; held = (await cluster.observe()).db_bytes) {
    const batches = Math.min(batches_a_look, Math.ceil((bytes - held) / (value_bytes * values_a_batch)));
    for (let i = 0; i < batches; i += 1) await ask(url, '/v3/kv/txn', { success: batch() }, batch_limit_ms, credentials);
  }
}

function batch() {
  const keys = Array.from({ length: values_a_batch }, () => Buffer.from(`bench/${randomBytes(8).toString('hex')}`).toString('base64'));
  return keys.map((key) => ({ requestPut: { key, value: randomBytes(value_bytes).toString('base64') } }));
}
