import { Token } from 'aws-cdk-lib';
import * as z from 'zod';

/** A string that matches, or a token that CloudFormation fills in later. The text after `wanted` is what a person is told. */
function like(pattern: RegExp, wanted: string) {
  return z.string({ error: wanted }).refine((text) => Token.isUnresolved(text) || pattern.test(text), { error: wanted });
}

/** A list that is not empty. */
const some = <Item extends z.ZodType>(item: Item, wanted: string) => z.array(item, { error: wanted }).min(1, { error: wanted });

const arn = (service: string, resource: string, example: string) =>
  like(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`), `an ARN such as ${example}`);

const secret = arn('secretsmanager', 'secret:\\S+', 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:name-AbCdEf');
const word = like(/^[a-z][a-z0-9-]{0,31}$/, 'lower case letters, digits and hyphens, at most 32');
const count = z.int({ error: 'a whole number above 0' }).min(1, { error: 'a whole number above 0' });
const positive = z.number({ error: 'a number above 0' }).positive({ error: 'a number above 0' });
const notNegative = z.number({ error: 'a number of at least 0' }).min(0, { error: 'a number of at least 0' });

/** A store by a tag that exactly one resource carries; it is looked up before synthesis and kept in cdk.context.json. */
const tag = z.strictObject({ key: z.string().min(1), value: z.string().min(1) });
const byArn = (of: z.ZodType<string>) =>
  z.union([z.strictObject({ arn: of }), z.strictObject({ tag })], { error: '{ arn } or { tag: { key, value } }' });

/** Where the probe of a target runs: the subnets reach the store, and the store admits the security group. */
const network = z
  .strictObject({
    vpcId: like(/^vpc-[0-9a-f]+$/, 'a VPC id such as vpc-0a1b2c3d'),
    availabilityZones: some(like(/^[a-z0-9-]+$/, 'a zone such as eu-west-1a'), 'the zone of each subnet'),
    subnetIds: some(like(/^subnet-[0-9a-f]+$/, 'a subnet id such as subnet-0a1b2c3d'), 'at least one subnet'),
    securityGroupId: like(/^sg-[0-9a-f]+$/, 'a security group id such as sg-0a1b2c3d'),
  })
  .refine(({ availabilityZones, subnetIds }) => availabilityZones.length === subnetIds.length, {
    path: ['availabilityZones'],
    error: 'one zone for each of subnetIds, in the same order',
  });

/** An alarm that stops a drill, and the metric that it watches, so that a guard on what the fault itself moves is refused. */
const guard = z.strictObject({
  alarm: like(/^\S(.{0,253}\S)?$/, 'the name of a CloudWatch alarm'),
  metric: like(/^[\w./-]+ \S+$/, "a namespace and a metric, such as 'AWS/Kafka CpuUser'"),
});

const knownZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
};

const schedule = z.strictObject({
  expression: like(
    /^(cron\((\S+ ){5}\S+\)|rate\(\d+ (minute|hour|day)s?\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$/,
    "an EventBridge Scheduler expression such as 'cron(0 10 ? * TUE *)'",
  ),
  timeZone: z.string({ error: 'an IANA time zone' }).refine(knownZone, { error: 'an IANA time zone such as Europe/Stockholm' }),
  /** Off until it is turned on. */
  enabled: z.boolean({ error: 'true or false' }).default(false),
});

const limits = z.strictObject({ recovery_ms: positive });
const load = z.strictObject({
  rate_hz: positive,
  minimum_hz: positive,
  pinned_hz: notNegative,
  read_hz: notNegative,
  attempt_timeout_ms: positive,
});
const window = z.strictObject({
  baseline_s: count,
  settle_s: positive,
  deadline_s: positive,
  poll_s: count,
  segment_s: positive,
  heal_deadline_s: positive,
});

/** What a drill means on this target, where that differs from its file. */
const drillOn = <Topology extends z.ZodType>(topology: Topology) =>
  z.strictObject({
    topology: topology.optional(),
    limits: limits.optional(),
    load: load.partial().optional(),
    window: window.partial().optional(),
    guards: z.array(guard).max(4, { error: 'at most 4: an experiment takes five alarms, and the heartbeat is one' }).default([]),
    schedule: schedule.optional(),
  });

const drillsOn = <Topology extends z.ZodType>(topology: Topology) => z.record(z.string(), drillOn(topology));

const msk = z.strictObject({
  store: z.literal('msk'),
  cluster: byArn(arn('kafka', 'cluster/[^/]+/[^/]+', 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b2c3d-1')),
  /** The topic of the probe's lanes, and nobody else's. */
  topic: like(/^[\w.-]{1,249}$/, 'the name of a topic'),
  auth: z.enum(['iam', 'tls'], { error: "'iam' or 'tls'" }),
  network: network.optional(),
  drills: drillsOn(
    z
      .strictObject({
        brokers: count,
        zones: count,
        controllers: count,
        partitions: count,
        replication_factor: count,
        min_isr: count,
        unclean_election: z.boolean(),
      })
      .partial(),
  ),
});

const aurora = z.strictObject({
  store: z.literal('aurora'),
  cluster: byArn(arn('rds', 'cluster:[^:]+', 'arn:aws:rds:eu-west-1:210987654321:cluster:billing')),
  database: like(/^\w{1,63}$/, 'the name of a database'),
  user: like(/^\w{1,63}$/, 'the name of a database user'),
  auth: z.union([z.literal('iam'), secret], { error: "'iam', or the ARN of a secret" }),
  clusterResourceId: like(/^cluster-[A-Z0-9]+$/, "the cluster's DbClusterResourceId such as cluster-ABCDEFGH").optional(),
  network: network.optional(),
  drills: drillsOn(z.strictObject({ members: count, zones: count, write_quorum: count, read_quorum: count }).partial()),
});

const member = z.strictObject({
  name: word,
  instance: like(/^i-[0-9a-f]+$/, 'an instance id such as i-0a1b2c3d'),
  url: like(/^https?:\/\/[^\s/@]+:\d+$/, "a client URL such as 'https://10.0.1.10:2379'"),
  zone: like(/^[a-z0-9-]+$/, 'a zone such as eu-west-1a'),
});

/** Instances that hold no live member, which a restore may replace. */
const scratch = z.strictObject({
  /** A client URL of the live cluster, whose members a restore refuses to replace; 'none' where it is gone. */
  live: like(/^(none|https?:\/\/[^\s/@]+:\d+)$/, "a client URL such as 'https://10.0.1.10:2379', or 'none'"),
  /** ARN of the role that the instances have: it is let to the snapshot, and to the key that encrypts it. */
  instanceRole: like(/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, 'an ARN such as arn:aws:iam::210987654321:role/etcd-scratch'),
});

export const members = some(member, 'at least one member');

const etcd = z.strictObject({
  store: z.literal('etcd'),
  members: z.union([members, z.strictObject({ tag })], { error: 'a list of { name, instance, url, zone }, or { tag: { key, value } }' }),
  /** The ARN of a secret with `ca`, `cert` and `key`; null where the members talk in clear. */
  tlsSecret: z.union([secret, z.null()], { error: 'the ARN of a secret, or null where the members talk in clear' }),
  /** Where the members are a scratch cluster beside the live one, and each instance says so with a tag. */
  scratch: scratch.optional(),
  network: network.optional(),
  drills: drillsOn(z.strictObject({ voters: count, learners: z.int().min(0), zones: count }).partial()),
});

const address = z.email({ error: 'an e-mail address' });

export const schema = z.strictObject({
  /** Begins the names of the machines: another one for each suite of an account. */
  name: word.default('quorum-drills'),
  /** The probe's network wherever a target has none of its own. */
  network,
  targets: z
    .record(word, z.discriminatedUnion('store', [msk, aurora, etcd], { error: "a target whose store is 'msk', 'aurora' or 'etcd'" }))
    .refine((each) => Object.keys(each).length > 0, { error: 'at least one target' }),
  /** SSM change calendars, by name or ARN, all of which must be open. */
  calendars: z.array(z.string().min(1)).default([]),
  /** How many days records and reports are kept, and whether S3 refuses to delete them before: some roles may under `governance`, nobody under `compliance`. */
  evidence: z
    .strictObject({
      retention_days: count.default(400),
      objectLock: z.enum(['none', 'governance', 'compliance'], { error: "'none', 'governance' or 'compliance'" }).default('none'),
    })
    .default({ retention_days: 400, objectLock: 'none' }),
  notifications: z.strictObject({ email: z.array(address).default([]) }).default({ email: [] }),
  tags: z.record(z.string().min(1), z.string()).default({}),
});

/** What a person writes in drill.config.ts. */
export type DrillConfig = z.input<typeof schema>;

/** The same with every default filled in. */
export type Config = z.output<typeof schema>;

export type TargetConfig = Config['targets'][string];
export type NetworkConfig = Config['network'];
export type ScheduleConfig = z.output<typeof schedule>;
export type DrillOnTarget = TargetConfig['drills'][string];
