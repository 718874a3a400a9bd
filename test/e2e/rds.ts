import type { AuroraTopology } from '../../core/topology.ts';
import type { PostgresCluster } from '../../lab/postgres/cluster.ts';
import { type Answered, type Asked, named } from './control-plane.ts';

const region = 'us-east-1';
export const cluster_arn = `arn:aws:rds:${region}:000000000000:cluster:billing`;
const identifier = 'billing';

/** The part of RDS that describes a cluster, answered from a lab's PostgreSQL: its members, its endpoint, its failovers. */
export function rdsOf(cluster: PostgresCluster): (asked: Asked) => Promise<Answered> {
  return async (asked) => {
    const action = new URLSearchParams(asked.body).get('Action') ?? '';
    const answer = answers[action];
    if (answer === undefined) throw named('InvalidAction', `${action}: got a call that no drill makes`);
    const body = `<${action}Response><${action}Result>${await answer(cluster)}</${action}Result></${action}Response>`;
    return { status: 200, type: 'text/xml', body };
  };
}

const answers: { [action: string]: (cluster: PostgresCluster) => Promise<string> } = {
  DescribeDBClusters: async (cluster) => {
    const { members } = await cluster.observe();
    return `<DBClusters><DBCluster>${element('DBClusterIdentifier', identifier)}${element('DBClusterArn', cluster_arn)}
      ${element('Status', members.every(({ healthy }) => healthy) ? 'available' : 'failing-over')}
      ${element('Engine', 'aurora-postgresql')}${element('EngineVersion', cluster.version)}
      ${address('Endpoint', cluster.writerUrl)}${element('Port', new URL(cluster.writerUrl).port)}
      <DBClusterMembers>${members.map(memberOf).join('')}</DBClusterMembers></DBCluster></DBClusters>`;
  },
  DescribeDBInstances: async (cluster) => {
    const { members } = await cluster.observe();
    return `<DBInstances>${members.map((member) => instanceOf(member, cluster)).join('')}</DBInstances>`;
  },
  DescribeEvents: async (cluster) => `<Events>${cluster.events.flatMap(eventOf).join('')}</Events>`,
};

type Member = AuroraTopology['members'][number];

function memberOf({ name, role }: Member): string {
  return `<DBClusterMember>${element('DBInstanceIdentifier', name)}${element('IsClusterWriter', String(role === 'writer'))}
    ${element('PromotionTier', '1')}${element('DBClusterParameterGroupStatus', 'in-sync')}</DBClusterMember>`;
}

function instanceOf({ name, zone, healthy }: Member, cluster: PostgresCluster): string {
  const url = new URL(cluster.directUrl(name));
  return `<DBInstance>${element('DBInstanceIdentifier', name)}${element('DBClusterIdentifier', identifier)}
    ${element('DBInstanceStatus', healthy ? 'available' : 'rebooting')}${element('AvailabilityZone', region + zone)}
    ${element('Engine', 'aurora-postgresql')}${element('EngineVersion', cluster.version)}${element('PromotionTier', '1')}
    <Endpoint>${element('Address', url.hostname)}${element('Port', url.port)}</Endpoint></DBInstance>`;
}

/** RDS says when a failover starts and when it is complete, and to whom. */
function eventOf({ what, at, who }: PostgresCluster['events'][number]): string[] {
  const text = { 'fault-started': 'Started cross AZ failover to DB instance', 'writer-promoted': 'Completed failover to DB instance' }[
    what as string
  ];
  if (text === undefined) return [];
  return [
    `<Event>${element('SourceIdentifier', identifier)}${element('SourceType', 'db-cluster')}${element('SourceArn', cluster_arn)}
      ${element('Message', `${text}: ${who ?? 'unknown'}`)}<EventCategories><EventCategory>failover</EventCategory></EventCategories>
      ${element('Date', new Date(at).toISOString())}</Event>`,
  ];
}

function address(name: string, url: string): string {
  return element(name, new URL(url).hostname);
}

function element(name: string, text: string): string {
  return `<${name}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`;
}
