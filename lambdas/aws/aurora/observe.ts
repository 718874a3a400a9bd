import { managedFailover } from '../../../core/aurora/expectation.ts';
import type { Clock } from '../../../core/clock.ts';
import { BadInput } from '../../../core/errors.ts';
import { auroraRule } from '../../../core/quorum.ts';
import type { AuroraTopology, Member } from '../../../core/topology.ts';
import type { Cluster, ControlPlane, Instance } from './control-plane.ts';

/**
 * The cluster's instances as the control plane tells them. The quorums are those of the storage, Aurora's fixed rule: no call
 * shows its copies. Throws while the cluster is anything but available, since nothing may be broken then and nothing is steady.
 */
export async function observeAurora(plane: ControlPlane, clock: Clock): Promise<AuroraTopology> {
  const observed_at = clock.now();
  const [cluster, instances] = await Promise.all([plane.cluster(), plane.instances()]);
  speaksPostgres(cluster);
  if (cluster.status !== 'available')
    throw new Error(`cluster ${cluster.name}: got status ${cluster.status}, wanted available; wait until RDS has done what it does`);
  return {
    store: 'aurora',
    observed_at,
    members: cluster.members.map((member) => memberOf(member, instances)),
    write_quorum: auroraRule.write,
    read_quorum: auroraRule.read,
    // Four of six copies hold a write when it is acknowledged: the storage's, which have no names.
    commit: { mode: 'quorum', standbys: auroraRule.write - 1, of: [] },
    controller: null,
    managed: managedFailover,
    link_delay_ms: 0,
  };
}

/** The engine by the name that AWS gives it. */
export function engineOf(cluster: Cluster): { name: string; version: string } {
  return { name: speaksPostgres(cluster), version: cluster.version };
}

function speaksPostgres({ name, engine }: Cluster): string {
  if (engine === 'aurora-postgresql') return 'Aurora PostgreSQL';
  throw new BadInput(`cluster ${name}`, `engine ${engine}`, 'aurora-postgresql, the one that the probe speaks', 'name another cluster');
}

function memberOf(member: Cluster['members'][number], instances: Instance[]): Member {
  const { name, writer, promotion_tier } = member;
  const instance = instances.find((each) => each.name === name);
  if (instance === undefined) throw new Error(`instance ${name}: got nothing, wanted its status; the cluster lists it as a member`);
  return {
    name,
    zone: instance.zone ?? 'nowhere yet',
    role: writer ? 'writer' : 'reader',
    healthy: instance.status === 'available',
    ...(promotion_tier === null ? {} : { promotion_tier }),
  };
}
