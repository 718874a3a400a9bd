import type { AuroraDrill } from '../core/drill.ts';
import type { AuroraTopology, CommitRule } from '../core/topology.ts';
import { prepare } from '../probe/postgres.ts';
import type { ClusterOrder, LabCluster } from './cluster.ts';
import { inflict } from './postgres/actions.ts';
import { PostgresCluster, zoneOf } from './postgres/cluster.ts';
import { controllerSettings } from './postgres/controller.ts';
import { confirmations } from './postgres/settings.ts';

/** Starts the copies that the drill asks for, with the probe's table in them. */
export async function startPostgres(drill: AuroraDrill, order: ClusterOrder): Promise<LabCluster> {
  const members = drill.rig?.members ?? drill.topology.members;
  order.say(`starting ${members} PostgreSQL ${members === 1 ? 'copy' : 'copies'}`);
  const cluster = await PostgresCluster.start({
    run: order.run,
    clock: order.clock,
    logs: order.logs,
    members,
    mode: drill.rig?.commit ?? 'quorum',
    link_delay_ms: drill.rig?.link_delay_ms ?? 0,
    hold_promotion_ms: drill.rig?.hold_promotion_ms ?? 0,
  });
  const zones = new Set(cluster.copies.map(({ zone }) => zone)).size;
  order.say(`PostgreSQL ${cluster.version}, ${members} running, zones: ${zones}, writer ${cluster.writer.name}`);
  try {
    await prepare(cluster.writerUrl);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return inLab(cluster);
}

/** The same cluster behind the lab's contract. */
export function inLab(cluster: PostgresCluster): LabCluster {
  return {
    engine: { name: 'PostgreSQL', version: cluster.version },
    endpoints: {
      store: 'aurora',
      writer: cluster.writerUrl,
      copies: cluster.copies.map(({ name }) => ({ name, url: cluster.directUrl(name) })),
    },
    journal: cluster.journal,
    events: cluster.events,
    emit: (what, who, text) => cluster.emit(what, who, text),
    observe: () => cluster.observe(),
    inflict: async (drill, victims, stopped) => {
      if (drill.store !== 'aurora') throw new Error(`a drill of ${drill.store} on PostgreSQL`);
      await inflict(cluster, drill.fault, victims, stopped);
    },
    restore: () => cluster.restore(),
    stop: () => cluster.stop(),
  };
}

/** The topology that the lab would start for this drill, without starting anything. */
export function plannedPostgres(drill: AuroraDrill, at: number): AuroraTopology {
  const copies = drill.rig?.members ?? drill.topology.members;
  const names = Array.from({ length: copies }, (_, i) => `pg-${i + 1}`);
  const mode = drill.rig?.commit ?? 'quorum';
  const standbys = confirmations(copies, mode);
  const write_quorum = mode === 'quorum' ? standbys + 1 : 1;
  const commit: CommitRule = mode === 'quorum' ? { mode, standbys, of: names.slice(1) } : { mode };
  return {
    store: 'aurora',
    observed_at: at,
    members: names.map((name, i) => ({ name, zone: zoneOf(i), role: i === 0 ? 'writer' : 'reader', healthy: true })),
    write_quorum,
    read_quorum: copies - write_quorum + 1,
    commit,
    controller: copies > 1 ? controllerSettings : null,
    link_delay_ms: drill.rig?.link_delay_ms ?? 0,
  };
}
