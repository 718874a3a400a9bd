import type { Drill } from '../core/drill.ts';
import type { DeclaredKafka } from '../core/topology.ts';
import type { AuroraTarget, EtcdTarget, MskTarget, Target } from '../drills/target.ts';
import { tables } from '../probe/postgres/statements.ts';

/** One thing that the probe needs on a target. `make` and `remove` are what a person types, where this command cannot do it. */
export interface Need {
  target: string;
  what: string;
  /** `unseen`: it cannot be looked at from here. */
  state: 'there' | 'missing' | 'unseen';
  make: string[];
  remove: string[];
}

/** The way to the topics of the lanes, over MSK's own API. */
export interface Topics {
  exists(target: MskTarget): Promise<boolean>;
  create(target: MskTarget, declared: DeclaredKafka): Promise<void>;
  remove(target: MskTarget): Promise<void>;
}

/** Where keys of the probe lie in etcd (probe/etcd/keys.ts). */
const etcd_prefix = 'quorum-drill/';

/** What the drills of a target need there. */
export async function needsOf(target: Target, drills: Drill[], topics: Pick<Topics, 'exists'>): Promise<Need[]> {
  switch (target.store) {
    case 'msk':
      return [await topicNeed(target, declaredKafka(drills), await topics.exists(target)), networkNeed(target, ['kafka'])];
    case 'aurora':
      return [...databaseNeeds(target), networkNeed(target, target.auth === 'iam' ? ['rds'] : ['rds', 'secretsmanager'])];
    case 'etcd':
      return [prefixNeed(target), networkNeed(target, target.tls_secret === null ? [] : ['secretsmanager'])];
    default:
      return target satisfies never;
  }
}

/** The topic that the drills of a target declare; undefined where none is of Kafka. */
export function declaredKafka(drills: Drill[]): DeclaredKafka | undefined {
  return drills.find((drill) => drill.store === 'msk')?.topology;
}

async function topicNeed({ name, cluster_arn, topic }: MskTarget, declared: DeclaredKafka | undefined, there: boolean): Promise<Need> {
  const { partitions = 0, replication_factor = 0, min_isr = 0 } = declared ?? {};
  const at = `--cluster-arn ${cluster_arn} --topic-name ${topic}`;
  return {
    target: name,
    what: `topic ${topic}: ${partitions} partitions, replication factor ${replication_factor}, min ISR ${min_isr}`,
    state: there ? 'there' : 'missing',
    make: [
      `aws kafka create-topic ${at} --partition-count ${partitions} --replication-factor ${replication_factor} --configs <base64 of min.insync.replicas=${min_isr} and more>`,
    ],
    remove: [`aws kafka delete-topic ${at}`],
  };
}

/** As SQL of a superuser, since this command logs in to no database. */
function databaseNeeds({ name, cluster, database, user, auth }: AuroraTarget): Need[] {
  const log_in = auth === 'iam' ? `grant rds_iam to ${user}` : `alter user ${user} password '<the password of the secret>'`;
  const sql = [
    `create user ${user} login`,
    log_in,
    ...tables.map((statement) => statement.replaceAll(/\s+/g, ' ')),
    `grant usage on schema quorum_drill to ${user}`,
    `grant select, insert on quorum_drill.writes to ${user}`,
    `grant usage on all sequences in schema quorum_drill to ${user}`,
  ];
  const table: Need = {
    target: name,
    what: `user ${user} and table quorum_drill.writes in database ${database} (psql as its master user, from inside the network)`,
    state: 'unseen',
    make: sql.map((statement) => `${statement};`),
    remove: ['drop schema quorum_drill cascade;', `drop user ${user};`],
  };
  if (auth !== 'iam') return [table];
  const iam: Need = {
    target: name,
    what: 'log-in by IAM turned on for the cluster',
    state: 'unseen',
    make: [`aws rds modify-db-cluster --db-cluster-identifier ${cluster} --enable-iam-database-authentication --apply-immediately`],
    remove: [],
  };
  return [iam, table];
}

function prefixNeed({ name, members }: EtcdTarget): Need {
  const etcdctl = `etcdctl --endpoints ${members.map(({ url }) => url).join(',')}`;
  return {
    target: name,
    what: `keys below ${etcd_prefix}, and where etcd's log-in is on a role for them`,
    state: 'unseen',
    make: [
      `${etcdctl} role add quorum-drill`,
      `${etcdctl} role grant-permission --prefix=true quorum-drill readwrite ${etcd_prefix}`,
      `${etcdctl} user add --no-password <CN of the client certificate>`,
      `${etcdctl} user grant-role <CN of the client certificate> quorum-drill`,
    ],
    remove: [`${etcdctl} del --prefix ${etcd_prefix}`, `${etcdctl} role delete quorum-drill`],
  };
}

/** What witnesses call from inside the network; a NAT gateway serves for all of it. */
function networkNeed({ name, region }: Target, services: string[]): Need {
  const endpoints = ['dynamodb', 's3', ...services].map((service) => `com.amazonaws.${region}.${service}`);
  return {
    target: name,
    what: `a way from the probe's subnets to ${endpoints.join(', ')}: endpoints of the VPC, or a NAT gateway`,
    state: 'unseen',
    make: [`aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=<the VPC> --query 'VpcEndpoints[].ServiceName'`],
    remove: [],
  };
}
