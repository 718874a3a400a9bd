import { describe, expect, test } from 'vitest';
import { admit, victimsOf } from '../../../../core/admission.ts';
import { auroraFailoverOnAws } from '../../../../drills/aurora-failover-on-aws.ts';
import { auroraEndpoints } from '../../../../lambdas/aws/aurora/endpoints.ts';
import { engineOf, observeAurora } from '../../../../lambdas/aws/aurora/observe.ts';
import { auroraQueries } from '../../../../lambdas/aws/aurora/queries.ts';
import { unsteadyBecause } from '../../../../lambdas/steady.ts';
import { protocolOf, targetsFor } from '../../../../probe/targets.ts';
import { planeOf, type Told, told } from './a-cluster.ts';

const clock = { now: () => 5_000, sleep: async () => undefined };
const observe = (change: (cluster: Told) => void = () => undefined) => {
  const cluster = told();
  change(cluster);
  return observeAurora(planeOf(cluster), clock);
};

describe('what is there', () => {
  test("instances in their own zones with their tiers, the storage's fixed quorums, and no controller", async () => {
    expect(await observe()).toEqual({
      store: 'aurora',
      observed_at: 5_000,
      members: [
        { name: 'db-1', zone: 'eu-west-1a', role: 'writer', healthy: true, promotion_tier: 1 },
        { name: 'db-2', zone: 'eu-west-1b', role: 'reader', healthy: true, promotion_tier: 0 },
      ],
      write_quorum: 4,
      read_quorum: 3,
      commit: { mode: 'quorum', standbys: 3, of: [] },
      controller: null,
      managed: { lasts_ms: [0, 60_000], source: expect.stringContaining('less than 60 s') },
      link_delay_ms: 0,
    });
  });

  test('admits the failover of its writer', async () => {
    const topology = await observe();
    expect(victimsOf(auroraFailoverOnAws, topology)).toEqual(['db-1']);
    expect(admit(auroraFailoverOnAws, topology, 'preflight', 5_000).every((each) => each.admit)).toBe(true);
  });

  test.each<[string, (cluster: Told) => void, string]>([
    [
      'failing over',
      ({ cluster }) => Object.assign(cluster, { status: 'failing-over' }),
      'cluster billing: got status failing-over, wanted available',
    ],
    ['another engine', ({ cluster }) => Object.assign(cluster, { engine: 'aurora-mysql' }), 'cluster billing: got engine aurora-mysql'],
    ['a member that RDS does not list', ({ instances }) => void instances.pop(), 'instance db-2: got nothing, wanted its status'],
  ])('%s is told, and never taken for a topology', async (_, change, why) => {
    await expect(observe(change)).rejects.toThrow(why);
  });

  test.each<[string, (cluster: Told) => void, string]>([
    ['the old writer restarts', ({ instances }) => Object.assign(instances[0]!, { status: 'rebooting' }), 'not healthy: db-1'],
    ['nobody writes', ({ cluster }) => Object.assign(cluster.members[0]!, { writer: false }), '0 writers (none), wanted exactly one'],
    ['both write', ({ cluster }) => Object.assign(cluster.members[1]!, { writer: true }), '2 writers (db-1, db-2), wanted exactly one'],
  ])('healing waits while %s', async (_, change, why) => {
    expect(unsteadyBecause(await observe(change), await observe())).toBe(why);
  });

  test('an instance that is still being made is nowhere, and not healthy', async () => {
    const seen = await observe(({ instances }) => Object.assign(instances[1]!, { status: 'creating', zone: null }));
    expect(seen.members[1]).toMatchObject({ zone: 'nowhere yet', healthy: false });
  });

  test('the engine by its real name and version', () => {
    expect(engineOf(told().cluster)).toEqual({ name: 'Aurora PostgreSQL', version: '16.4' });
  });

  test('metrics of the whole cluster, never of a role or an instance', () => {
    expect(auroraQueries('billing').map(({ metric, stat, period_s }) => [metric, stat, period_s])).toEqual([
      ['CommitThroughput', 'Maximum', 60],
      ['CommitLatency', 'Maximum', 60],
      ['DatabaseConnections', 'Maximum', 60],
      ['AuroraReplicaLagMaximum', 'Maximum', 60],
    ]);
    expect(auroraQueries('billing').every(({ dimensions }) => JSON.stringify(dimensions) === '{"DBClusterIdentifier":"billing"}')).toBe(
      true,
    );
  });
});

describe('the way to its data', () => {
  const password = async () => 'token';
  const reach = (cluster: Told) => auroraEndpoints(planeOf(cluster), { database: 'bill ing', user: 'probe@here' }, password);

  test("the cluster's endpoint, each instance's own, TLS, and a password for each log-in", async () => {
    const { endpoints, credentials } = await reach(told());
    expect(endpoints).toEqual({
      store: 'aurora',
      dialect: 'aurora',
      writer: 'postgres://probe%40here@billing.cluster-1.example:5433/bill%20ing',
      copies: [
        { name: 'db-1', url: 'postgres://probe%40here@db-1.example:5432/bill%20ing' },
        { name: 'db-2', url: 'postgres://probe%40here@db-2.example:5432/bill%20ing' },
      ],
    });
    expect(credentials).toEqual({ postgres: { tls: {}, password } });
  });

  test('a lane through the endpoint and one on each instance, by the names that admission knows', async () => {
    const { endpoints } = await reach(told());
    const lanes = targetsFor(auroraFailoverOnAws, endpoints).map(({ name, kind }) => [name, kind]);
    expect(lanes).toEqual([
      ['writer', 'service'],
      ['reads', 'read'],
      ['db-1', 'pinned'],
      ['db-2', 'pinned'],
    ]);
    expect(protocolOf(auroraFailoverOnAws, endpoints)).toEqual({ name: 'postgres', dialect: 'aurora' });
  });

  test.each<[string, (cluster: Told) => void, string]>([
    ['no endpoint yet', ({ cluster }) => Object.assign(cluster, { endpoint: '' }), 'cluster billing: got no endpoint'],
    ['an instance without one', ({ instances }) => Object.assign(instances[1]!, { host: null }), 'instance db-2: got no endpoint'],
  ])('%s is told', async (_, change, why) => {
    const cluster = told();
    change(cluster);
    await expect(reach(cluster)).rejects.toThrow(why);
  });
});
