import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtcdCluster } from '../../lab/etcd/cluster.ts';
import { ask } from '../../lab/etcd/gateway.ts';
import { statusOf } from '../../lab/etcd/members.ts';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Attempt, Driver, LaneDriver, Protocol, Target } from '../../probe/contract.ts';
import { membersText } from '../../probe/etcd/members.ts';
import { etcdDriver } from '../../probe/etcd.ts';

/** One etcd of the test's own, with the probe's lanes on it. */
export class AnEtcd {
  readonly cluster: EtcdCluster;
  readonly clock = monotonicClock(epochOffset());
  #logs: string;
  #lanes: LaneDriver[] = [];
  #count = 0;

  private constructor(cluster: EtcdCluster, logs: string) {
    this.cluster = cluster;
    this.#logs = logs;
  }

  static async start(run: string, { voters, learners = 0, tls = false, election_timeout_ms = 1000 }: Shape): Promise<AnEtcd> {
    const logs = await mkdtemp(join(tmpdir(), 'probe-etcd-'));
    const timing = { heartbeat_ms: 100, election_timeout_ms };
    const clock = monotonicClock(epochOffset());
    return new AnEtcd(await EtcdCluster.start({ run, voters, learners, zones: 1, timing, tls, links: false, logs, clock }), logs);
  }

  /** Client URLs of these members, or of all. */
  url(...names: string[]): string {
    const members = this.cluster.members.filter(({ name }) => names.length === 0 || names.includes(name));
    return membersText(members.map(({ name, server }) => ({ name, url: server.place.client_url })));
  }

  port(name: string): number {
    return Number(new URL(this.cluster.member(name).server.place.client_url).port);
  }

  async leader(): Promise<string> {
    return (await this.cluster.observe()).leader ?? 'none';
  }

  async followers(): Promise<string[]> {
    const leader = await this.leader();
    return this.cluster.voters.map(({ name }) => name).filter((name) => name !== leader);
  }

  /** Resolves when this member says that it knows no leader. */
  async leaderless(name: string): Promise<void> {
    while ((await statusOf(this.cluster.door(this.cluster.member(name)), 1000)).leader_id !== null) await this.clock.sleep(20);
  }

  driver(protocol: Partial<Extract<Protocol, { name: 'etcd' }>> = {}): Promise<Driver> {
    return etcdDriver('run', { name: 'etcd', ...protocol }, this.clock);
  }

  /** A lane with a name of its own. */
  async open(url: string, { kind = 'service', timeout_ms = 5000, driver }: Wish = {}) {
    this.#count += 1;
    const name = `lane-${this.#count}`;
    const lane = (driver ?? (await this.driver())).open(name, { name, kind, url, rate_hz: 1, connections: 40 }, timeout_ms);
    this.#lanes.push(lane);
    return { name, lane, attempt: (n = 0): Promise<Attempt> => lane.attempt(n, 1.5) };
  }

  /** Numbers that the store holds of a lane, in their order, as the first running member tells it. */
  async stored(lane: string): Promise<number[]> {
    const running = this.cluster.members.find(({ server }) => server.process !== null && !server.frozen);
    if (!running) throw new Error('no member runs');
    const text = (key: string) => Buffer.from(key).toString('base64');
    const body = { key: text(`quorum-drill/run/${lane}/`), range_end: text(`quorum-drill/run/${lane}0`) };
    const { url, credentials } = this.cluster.door(running);
    const { kvs = [] } = await ask<{ kvs?: { key: string }[] }>(url, '/v3/kv/range', body, 5000, credentials);
    return kvs.map(({ key }) => Number(Buffer.from(key, 'base64').toString().split('/').at(-1)));
  }

  /** Closes the lanes that were opened so far. */
  async closeLanes(): Promise<void> {
    await Promise.all(this.#lanes.splice(0).map((lane) => lane.close()));
  }

  async stop(): Promise<void> {
    await this.closeLanes();
    await this.cluster.stop();
    await rm(this.#logs, { recursive: true, force: true });
  }
}

interface Shape {
  voters: number;
  learners?: number;
  tls?: boolean;
  election_timeout_ms?: number;
}

interface Wish {
  kind?: Target['kind'];
  timeout_ms?: number;
  driver?: Driver;
}
