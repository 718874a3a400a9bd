import { App, Fn, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { BadInput } from '../../core/errors.ts';
import { auroraFailoverOnAws } from '../../drills/aurora-failover-on-aws.ts';
import { placedDrills } from '../../infra/config/drills.ts';
import { clusterArn, etcdMembers } from '../../infra/config/find-target.ts';
import { readConfig } from '../../infra/config/read-config.ts';
import type { DrillConfig, TargetConfig } from '../../infra/config/schema.ts';
import { everyKind as example } from './a-config.ts';

/** The example with one value put at a path; undefined takes it out. */
function changed(path: string, value: unknown): unknown {
  const config = structuredClone(example) as unknown as { [key: string]: unknown };
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = config;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as { [key: string]: unknown };
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
  return config;
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  return 'accepted';
}

const reboot = 'targets.orders.drills.msk-broker-reboot';
const on = (target: string, drill: string, value: unknown) =>
  placedDrills(readConfig(changed(`targets.${target}.drills`, { [drill]: value })))[target]![0]!;

describe('reading', () => {
  test('the example is accepted, and what it leaves out has a default', () => {
    const bare: DrillConfig = { network: example.network, targets: example.targets };
    expect(readConfig(bare)).toMatchObject({ name: 'quorum-drills', calendars: [], notifications: { email: [] }, tags: {} });
    expect(readConfig(example).targets.billing?.drills['aurora-failover']).toEqual({ guards: [] });
  });

  test.each<[path: string, value: unknown, ...told: string[]]>([
    ['network', undefined, 'network: got nothing, wanted object'],
    ['network.vpcId', 'my-vpc', "network.vpcId: got 'my-vpc', wanted a VPC id such as vpc-0a1b2c3d"],
    ['network.subnetIds', [], 'network.subnetIds: got [], wanted at least one subnet'],
    ['network.availabilityZones', ['eu-west-1a'], 'network.availabilityZones: got', 'one zone for each of subnetIds'],
    ['targets', {}, 'targets: got {}, wanted at least one target'],
    ['targets.Orders!', { store: 'msk' }, "targets.Orders!: got the name 'Orders!', wanted lower case letters"],
    ['targets.orders.store', 'dynamodb', "targets.orders.store: got 'dynamodb', wanted a target whose store is 'msk', 'aurora' or 'etcd'"],
    ['targets.orders.cluster', { arn: 'orders' }, "targets.orders.cluster.arn: got 'orders', wanted an ARN such as arn:aws:kafka"],
    ['targets.orders.cluster', { tag: { key: 'team' } }, 'targets.orders.cluster.tag.value: got nothing'],
    ['targets.orders.cluster', 'orders', "targets.orders.cluster: got 'orders', wanted { arn } or { tag: { key, value } }"],
    [
      'targets.billing.cluster',
      { arn: 'arn:aws:rds:eu-west-1:210987654321:db:billing' },
      'targets.billing.cluster.arn: got',
      ':cluster:billing',
    ],
    ['targets.control.members', [], 'targets.control.members: got [], wanted'],
    ['targets.control.members.0.url', 'https://me:it@10.0.1.11:2379', 'targets.control.members.0.url: got', 'wanted a client URL'],
    [`${reboot}.limits.recovery_ms`, -1, `${reboot}.limits.recovery_ms: got -1, wanted a number above 0`],
    [`${reboot}.limits.recovery`, 1, `${reboot}.limits: got the unknown key recovery, wanted only keys that drill.config.example.ts shows`],
    [`${reboot}.window.poll_s`, 1.5, `${reboot}.window.poll_s: got 1.5, wanted a whole number above 0`],
    [`${reboot}.schedule.timeZone`, 'Swedish time', "timeZone: got 'Swedish time', wanted an IANA time zone such as Europe/Stockholm"],
    [`${reboot}.schedule.timeZone`, 'EST', "timeZone: got 'EST', wanted an IANA time zone"],
    [`${reboot}.schedule.expression`, 'every tuesday', 'wanted an EventBridge Scheduler expression'],
    [`${reboot}.guards`, Array(5).fill({ alarm: 'a', metric: 'Shop Errors' }), 'wanted at most 4'],
    ['notifications.email', ['me'], "notifications.email.0: got 'me', wanted an e-mail address"],
  ])('%s = %j is refused by name', (path, value, ...told) => {
    const message = refusal(() => readConfig(changed(path, value)));
    for (const text of told) expect(message).toContain(text);
    expect(message).toMatch(/; mend it in drill\.config\.ts$/);
  });

  test('every wrong value is named, not the first alone', () => {
    const config = changed('network.vpcId', 'my-vpc') as DrillConfig;
    const message = refusal(() => readConfig({ ...config, name: 'Mine' }));
    expect(message).toContain("name: got 'Mine'");
    expect(message).toContain("network.vpcId: got 'my-vpc'");
  });

  test.each([
    ['targets.billing.auth', 'hunter2', 'a text of 7 characters'],
    ['targets.control.tlsSecret', '-----BEGIN', 'a text of 10 characters'],
    ['targets.billing.password', 'hunter2', 'the unknown key password'],
  ])('a secret in the place of its reference is not repeated: %s', (path, value, told) => {
    const message = refusal(() => readConfig(changed(path, value)));
    expect(message).toContain(told);
    expect(message).not.toContain(value);
    if (path.endsWith('password')) expect(message).toContain('put what is secret into Secrets Manager');
  });

  test('in an app of somebody else ids may be known only once they are deployed', () => {
    const network = { ...example.network, vpcId: Fn.importValue('vpc'), securityGroupId: Fn.importValue('group') };
    expect(readConfig({ ...example, network }).network).toEqual(network);
  });
});

describe('the drills of a target', () => {
  test('are what their files say, with what the configuration changes and nothing else', () => {
    const { billing } = placedDrills(readConfig(example));
    expect(billing).toEqual([auroraFailoverOnAws]);
    const over = { limits: { recovery_ms: 45_000 }, load: { rate_hz: 80 }, window: { poll_s: 10 }, topology: { members: 3 } };
    expect(on('billing', 'aurora-failover', { ...over, guards: [{ alarm: 'shop', metric: 'Shop Errors' }] })).toEqual({
      ...auroraFailoverOnAws,
      limits: over.limits,
      load: { ...auroraFailoverOnAws.load, rate_hz: 80 },
      window: { ...auroraFailoverOnAws.window, poll_s: 10 },
      topology: { ...auroraFailoverOnAws.topology, members: 3 },
      guards: ['shop'],
    });
  });

  test.each<[target: string, drill: string, value: unknown, ...told: string[]]>([
    ['orders', 'aurora-failover', {}, 'targets.orders.drills.aurora-failover: got an unknown drill, wanted one of msk-broker-reboot,'],
    ['billing', 'aurora-no-reader-twin', {}, 'an unknown drill'],
    [
      'billing',
      'aurora-failover',
      { guards: [{ alarm: 'lag', metric: 'AWS/RDS AuroraReplicaLag' }] },
      'got lag on AWS/RDS AuroraReplicaLag',
      'guard a bystander',
    ],
    ['orders', 'msk-broker-reboot', { guards: [{ alarm: 'urp', metric: 'AWS/Kafka UnderReplicatedPartitions' }] }, 'guard a bystander'],
    ['control', 'etcd-snapshot-restore', { guards: [{ alarm: 'x', metric: 'CWAgent etcd_server_has_leader' }] }, 'guard a bystander'],
    [
      'billing',
      'aurora-failover',
      { load: { minimum_hz: 500 } },
      'targets.billing.drills.aurora-failover: minimum_hz: got 500',
      'mend it in drill.config.ts',
    ],
    ['billing', 'aurora-failover', { window: { segment_s: 880 } }, 'window.segment_s: got 880 s, wanted at most'],
  ])('%s, %s with %j is refused', (target, drill, value, ...told) => {
    const message = refusal(() => on(target, drill, value));
    for (const text of told) expect(message).toContain(text);
  });

  test('a drill runs on one target of a suite', () => {
    const targets = { ...example.targets, returns: example.targets.orders! };
    expect(refusal(() => placedDrills(readConfig({ ...example, targets })))).toContain(
      'targets.returns.drills: got msk-broker-reboot, which runs on orders already',
    );
  });
});

describe('a target by its tag', () => {
  const tagged = { tag: { key: 'drill', value: 'yes' } };
  const target = (name: string, value: object) => ({ ...readConfig(example).targets[name], ...value }) as TargetConfig;
  const msk = target('orders', { cluster: tagged }) as Extract<TargetConfig, { store: 'msk' }>;
  const etcd = target('control', { members: tagged }) as Extract<TargetConfig, { store: 'etcd' }>;
  const scope = (context: { [key: string]: unknown }) => new Stack(new App({ context }));
  const arn = 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b-1';
  const members = (example.targets.control as { members: unknown }).members;

  test('is what the context says that it stands for', () => {
    expect(clusterArn(scope({ 'quorum-drills:orders': arn }), 'orders', msk)).toBe(arn);
    expect(etcdMembers(scope({ 'quorum-drills:control': members }), 'control', etcd)).toEqual(members);
  });

  test.each([
    ['nobody looked it up', {}, 'got nothing known of it'],
    ['it stands for something else', { 'quorum-drills:orders': arn.replace('kafka', 'rds') }, 'got "arn:aws:rds'],
  ])('is refused with the command that looks it up: %s', (_, context, got) => {
    const message = refusal(() => clusterArn(scope(context), 'orders', msk));
    expect(message).toContain(`targets.orders, tag drill=yes: ${got}`);
    expect(message).toContain('get-resources --resource-type-filters kafka:cluster --tag-filters Key=drill,Values=yes');
    expect(message).toContain('"quorum-drills:orders" in cdk.context.json');
  });

  test('of etcd is refused when a member lacks something', () => {
    const message = refusal(() => etcdMembers(scope({ 'quorum-drills:control': [{ name: 'etcd-1' }] }), 'control', etcd));
    expect(message).toContain('describe-instances --filters Name=tag:drill,Values=yes');
  });
});
