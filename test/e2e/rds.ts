import type { Event } from '../../core/record.ts';
import type { AuroraTopology } from '../../core/topology.ts';
import type { PostgresCluster } from '../../lab/postgres/cluster.ts';
import { type Answered, type Asked, named } from './control-plane.ts';

const region = 'us-east-1';
export const identifier = 'billing';
export const cluster_arn = `arn:aws:rds:${region}:000000000000:cluster:${identifier}`;

type Answer = (cluster: PostgresCluster, asked: URLSearchParams) => Promise<string>;

/** The part of RDS that describes a cluster, answered from a lab's PostgreSQL: its members, its endpoint, its log. */
export function rdsOf(cluster: PostgresCluster): (asked: Asked) => Promise<Answered> {
  return async (asked) => {
    const words = new URLSearchParams(asked.body);
    const action = words.get('Action') ?? '';
    const answer = answers[action];
    if (answer === undefined) throw named('InvalidAction', `${action}: got a call that no drill makes`);
    const body = `<${action}Response><${action}Result>${await answer(cluster, words)}</${action}Result></${action}Response>`;
    return { status: 200, type: 'text/xml', body };
  };
}

const answers: { [action: string]: Answer } = {
  DescribeDBClusters: async (cluster) => {
    const { members } = await cluster.observe();
    const { hostname, port } = new URL(cluster.writerUrl);
    return `<DBClusters><DBCluster>${elements({
      DBClusterIdentifier: identifier,
      DBClusterArn: cluster_arn,
      Status: members.every(({ healthy }) => healthy) ? 'available' : 'failing-over',
      Engine: 'aurora-postgresql',
      EngineVersion: cluster.version,
      Endpoint: hostname,
      Port: port,
    })}<DBClusterMembers>${members.map(memberOf).join('')}</DBClusterMembers></DBCluster></DBClusters>`;
  },
  DescribeDBInstances: async (cluster) => {
    const { members } = await cluster.observe();
    return `<DBInstances>${members.map((member) => instanceOf(member, cluster)).join('')}</DBInstances>`;
  },
  DescribeEvents: async (cluster, asked) => {
    const [type, source] = [asked.get('SourceType') ?? '', asked.get('SourceIdentifier') ?? ''];
    const [from, to] = ['StartTime', 'EndTime'].map((name) => Date.parse(asked.get(name) ?? ''));
    const entries = type === 'db-cluster' ? failovers(cluster.events) : restarts(cluster.events, source);
    const kept = entries.filter(({ at }) => at >= (from ?? 0) && at <= (to ?? 0));
    return `<Events>${kept.map((entry) => entryOf(entry, type, source)).join('')}</Events>`;
  },
};

interface Entry {
  at: number;
  message: string;
}

/** RDS names the reader that it promotes from the start on; here nobody knows before it is promoted. */
function failovers(events: Event[]): Entry[] {
  return events.flatMap((event, index) => {
    if (event.what === 'writer-promoted') return [{ at: event.at, message: `Completed failover to DB instance: ${event.who}` }];
    if (event.what !== 'fault-started') return [];
    const promoted = events.slice(index).find(({ what }) => what === 'writer-promoted');
    return promoted === undefined ? [] : [{ at: event.at, message: `Started cross AZ failover to DB instance: ${promoted.who}` }];
  });
}

function restarts(events: Event[], source: string): Entry[] {
  return events.flatMap(({ at, what, who }) => {
    if (who !== source) return [];
    if (what === 'member-lost') return [{ at, message: 'DB instance shutdown' }];
    return what === 'member-back' || what === 'writer-rejoined' ? [{ at, message: 'DB instance restarted' }] : [];
  });
}

function entryOf({ at, message }: Entry, type: string, source: string): string {
  return `<Event>${elements({ SourceIdentifier: source, SourceType: type, Message: message, Date: new Date(at).toISOString() })}</Event>`;
}

type Member = AuroraTopology['members'][number];

function memberOf({ name, role }: Member): string {
  return `<DBClusterMember>${elements({ DBInstanceIdentifier: name, IsClusterWriter: String(role === 'writer'), PromotionTier: '1' })}</DBClusterMember>`;
}

function instanceOf({ name, zone, healthy }: Member, cluster: PostgresCluster): string {
  const { hostname, port } = new URL(cluster.directUrl(name));
  return `<DBInstance>${elements({
    DBInstanceIdentifier: name,
    DBClusterIdentifier: identifier,
    DBInstanceStatus: healthy ? 'available' : 'rebooting',
    AvailabilityZone: region + zone,
    Engine: 'aurora-postgresql',
    EngineVersion: cluster.version,
    PromotionTier: '1',
  })}<Endpoint>${elements({ Address: hostname, Port: port })}</Endpoint></DBInstance>`;
}

function elements(texts: { [name: string]: string }): string {
  return Object.entries(texts)
    .map(([name, text]) => `<${name}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`)
    .join('');
}
