import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Event, EventName, Restore } from '../../core/record.ts';
import type { EtcdTopology } from '../../core/topology.ts';
import type { Journal } from '../journal.ts';
import { type Mortal, reapOnExit, spare } from '../reap.ts';
import { Elections } from './elections.ts';
import { caughtUp, join as joinCluster } from './joining.ts';
import type { Door } from './members.ts';
import { askAll, topologyOf, type Watched } from './observe.ts';
import { assemble, type ClusterPlan, type EtcdMember, type Parts } from './parts.ts';
import type { Peers } from './peers.ts';
import { initialCluster } from './settings.ts';

export { type ClusterPlan, type EtcdMember, memberName, zoneOf } from './parts.ts';

const up_limit_ms = 60_000;

/** Voters and learners of one etcd on loopback, with whoever looks on for new leaders. */
export class EtcdCluster implements Mortal {
  readonly events: Event[] = [];
  readonly elections: Elections;
  /** What came of the latest restore of a snapshot; null before one was tried. */
  restored: Restore | null = null;
  /** The token that its data were made with. */
  token: string = newToken();
  readonly parts: Parts;

  private constructor(parts: Parts) {
    this.parts = parts;
    const emit: EtcdCluster['emit'] = (what, who, text) => this.emit(what, who, text);
    this.elections = new Elections({ clock: parts.plan.clock, members: () => this.watched(), emit });
  }

  /** Starts every member; resolves when all are healthy under one leader. */
  static async start(plan: ClusterPlan): Promise<EtcdCluster> {
    const parts = await assemble(plan);
    const cluster = new EtcdCluster(parts);
    reapOnExit(cluster);
    try {
      await cluster.begin();
      cluster.elections.start();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get plan(): ClusterPlan {
    return this.parts.plan;
  }

  get folder(): string {
    return this.parts.folder;
  }

  get journal(): Journal {
    return this.parts.journal;
  }

  get members(): EtcdMember[] {
    return this.parts.members;
  }

  get voters(): EtcdMember[] {
    return this.members.filter(({ role }) => role === 'voter');
  }

  /** Throws where the cluster was started without links. */
  get peers(): Peers {
    if (!this.parts.peers) throw new Error('this cluster has no links');
    return this.parts.peers;
  }

  member(name: string): EtcdMember {
    const found = this.members.find((one) => one.name === name);
    if (!found) throw new Error(`no member ${name}`);
    return found;
  }

  door({ server }: EtcdMember): Door {
    return { url: server.place.client_url, credentials: this.parts.credentials };
  }

  emit(what: EventName, who: string, text: string): void {
    this.events.push({ at: this.plan.clock.now(), what, who, text });
  }

  watched(): Watched[] {
    return this.members.map((one) => {
      const { name, zone, role, server } = one;
      return { name, zone, role, door: this.door(one), runs: server.process !== null && !server.frozen };
    });
  }

  /** The topology as the members themselves tell it; throws when none answers. */
  async observe(): Promise<EtcdTopology> {
    const answers = await askAll(this.watched());
    this.elections.hear(answers);
    return topologyOf(this.watched(), answers, { at: this.plan.clock.now(), timing: this.plan.timing, known: this.elections.known });
  }

  /** SIGKILL; resolves when no process of theirs is left. */
  async lose(names: string[]): Promise<void> {
    await Promise.all(names.map((name) => this.member(name).server.kill()));
    for (const name of names) this.emit('member-lost', name, `the process of ${name} is gone`);
  }

  /** SIGTERM; resolves when it is gone. */
  async stopMember(name: string): Promise<void> {
    this.emit('member-stopping', name, `${name} is asked to stop`);
    const orderly = await this.member(name).server.stop();
    this.emit('member-lost', name, orderly ? `${name} has stopped` : `${name} did not stop in time and was killed`);
  }

  /** Kills these and removes their data. */
  async destroy(names: string[]): Promise<void> {
    await this.lose(names);
    await Promise.all(names.map((name) => this.member(name).server.destroyData()));
  }

  /** Starts members again, on their data or else as new ones in the place of the old, and waits until they have caught up. */
  async bring(names: string[]): Promise<void> {
    const members = names.map((name) => this.member(name));
    const empty = new Set<EtcdMember>();
    for (const member of members) if (!(await member.server.hasData())) empty.add(member);
    // Those with data first: whoever joins needs a quorum of them.
    const kept = members.filter((member) => !empty.has(member));
    await Promise.all(kept.map(({ server }) => server.start({ state: 'existing', initial_cluster: '', token: this.token })));
    for (const member of empty) await joinCluster(this, member);
    await Promise.all(
      members.map(async (member) => {
        await caughtUp(this, member, up_limit_ms);
        this.emit('member-back', member.name, `${member.name} has caught up with its leader`);
      }),
    );
  }

  /** Makes the cluster from nothing, under a token that was never used; whatever data there was is gone. */
  async begin(): Promise<void> {
    this.token = newToken();
    for (const { server } of this.members) {
      await server.kill();
      await server.destroyData();
    }
    await this.startVoters();
    await this.addLearners();
  }

  /** Starts all voters, on their data or else as a new cluster, and waits until all follow one leader. */
  async startVoters(): Promise<void> {
    const initial_cluster = initialCluster(this.voters.map(({ server }) => server.place));
    await Promise.all(this.voters.map(({ server }) => server.start({ state: 'new', initial_cluster, token: this.token })));
    await Promise.all(this.voters.map((member) => caughtUp(this, member, up_limit_ms)));
  }

  /** Adds all learners, without data, one after another, and waits until each has caught up. */
  async addLearners(): Promise<void> {
    for (const member of this.members.filter(({ role }) => role === 'learner')) {
      await joinCluster(this, member);
      await caughtUp(this, member, up_limit_ms);
    }
  }

  /** Heals the links, thaws, and brings back every member that does not run. Idempotent; resolves in steady state. */
  async restore(): Promise<void> {
    this.parts.peers?.heal();
    for (const { server } of this.members) server.thaw();
    if (await this.#withoutData()) {
      await this.begin();
      for (const { name } of this.members) this.emit('member-back', name, `${name} is a member of a new and empty cluster`);
      return;
    }
    const down = this.members.filter(({ server }) => server.process === null).map(({ name }) => name);
    await this.bring(down);
    await Promise.all(this.members.map((member) => caughtUp(this, member, up_limit_ms)));
  }

  processes() {
    return this.members.flatMap(({ server }) => server.process ?? []);
  }

  /** Ends every process and removes the data, each whatever becomes of the others; the logs stay. */
  async stop(): Promise<void> {
    const ended = await Promise.allSettled<unknown>([this.elections.stop()]);
    ended.push(...(await Promise.allSettled(this.members.map(({ server }) => server.kill()))));
    ended.push(...(await Promise.allSettled([this.parts.peers?.close()])));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    await this.journal.removed(this.folder);
    await this.journal.close();
    spare(this);
  }

  /** Whether so many voters lost their data that no quorum can come of the others. */
  async #withoutData(): Promise<boolean> {
    const have = await Promise.all(this.voters.map(({ server }) => server.hasData()));
    return have.filter(Boolean).length < Math.floor(this.voters.length / 2) + 1;
  }
}

function newToken(): string {
  return `lab-${randomBytes(8).toString('hex')}`;
}
