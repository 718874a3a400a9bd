import type { Drill } from '../core/drill.ts';
import type { CommitRule, ObservedTopology } from '../core/topology.ts';
import { zoneOf } from './postgres/cluster.ts';
import { controllerSettings } from './postgres/controller.ts';
import { confirmations } from './postgres/settings.ts';

/** The topology that the lab would start for this drill, without starting anything. */
export function plannedTopology(drill: Drill, at: number): ObservedTopology {
  const copies = drill.rig?.members ?? drill.topology.members;
  const names = Array.from({ length: copies }, (_, i) => `pg-${i + 1}`);
  const mode = drill.rig?.commit ?? 'quorum';
  const standbys = confirmations(copies, mode);
  const write_quorum = mode === 'quorum' ? standbys + 1 : 1;
  const commit: CommitRule = mode === 'quorum' ? { mode, standbys, of: names.slice(1) } : { mode };
  return {
    store: drill.store,
    observed_at: at,
    members: names.map((name, i) => ({ name, zone: zoneOf(i), role: i === 0 ? 'writer' : 'reader', healthy: true })),
    write_quorum,
    read_quorum: copies - write_quorum + 1,
    commit,
    controller: copies > 1 ? controllerSettings : null,
    link_delay_ms: drill.rig?.link_delay_ms ?? 0,
  };
}
