import type { Clock } from '../../core/clock.ts';
import type { Drill } from '../../core/drill.ts';
import type { Event, EventName } from '../../core/record.ts';
import type { AuroraTopology } from '../../core/topology.ts';
import type { Answer, Down, SimulatedStore, SimulatedTarget } from './store.ts';

/** How the simulated cluster takes the loss of its writer. */
export interface Resilience {
  /** From the loss of the writer to the first write that its successor takes. */
  recovery_ms: number;
  /** From the loss to the old writer's return as a reader; null when only healing brings it back. */
  rejoin_ms: number | null;
  /** Whether healing brings it back at all. */
  heals: boolean;
}

interface Term {
  from: number;
  writer: string;
  term: number;
}

interface Loss {
  member: string;
  from: number;
  to: number | null;
}

const names = ['pg-1', 'pg-2', 'pg-3', 'pg-4', 'pg-5', 'pg-6'];

/** Six copies in three zones with one writer, as a history of terms and losses that can be asked about any time up to now. */
export class SimulatedCluster implements SimulatedStore {
  readonly events: Event[] = [];
  readonly #clock: Clock;
  readonly #resilience: Resilience;
  readonly #terms: Term[];
  readonly #losses: Loss[] = [];

  constructor(clock: Clock, resilience: Resilience) {
    this.#clock = clock;
    this.#resilience = resilience;
    this.#terms = [{ from: clock.now(), writer: 'pg-1', term: 1 }];
  }

  /** Loses the members now; when the writer is among them, another takes over. */
  lose(members: string[]): void {
    const now = this.#clock.now();
    const { recovery_ms, rejoin_ms } = this.#resilience;
    const writer = this.#termAt(now);
    for (const member of members) {
      this.#losses.push({ member, from: now, to: rejoin_ms === null ? null : now + rejoin_ms });
      this.#tell(now, 'fault-started', member, 'SIGKILL');
      this.#tell(now, 'member-lost', member, 'killed');
      this.#tell(now + 1, 'fault-confirmed', member, 'no process is left');
    }
    if (!members.includes(writer.writer)) return;
    const next = names.find((name) => this.#isUp(name, now));
    if (next === undefined) return;
    this.#terms.push({ from: now + recovery_ms, writer: next, term: writer.term + 1 });
    this.#tell(now + recovery_ms * 0.5, 'writer-suspected', writer.writer, 'polls missed');
    this.#tell(now + recovery_ms * 0.6, 'writer-detached', writer.writer, 'standbys detached');
    this.#tell(now + recovery_ms * 0.9, 'writer-promoted', next, 'furthest of the copies');
    this.#tell(now + recovery_ms, 'endpoint-moved', next, 'the endpoint points here');
  }

  /** Brings back every lost member, where healing works at all. */
  restore(): void {
    if (!this.#resilience.heals) return;
    const now = this.#clock.now();
    for (const loss of this.#losses.filter((each) => each.to === null || each.to > now)) {
      loss.to = now;
      this.#tell(now, 'writer-rejoined', loss.member, 'streams again');
    }
  }

  /** Members that are lost now. */
  lost(): string[] {
    const now = this.#clock.now();
    return names.filter((name) => !this.#isUp(name, now));
  }

  targets({ load }: Drill): SimulatedTarget[] {
    const outages = () => this.#outages();
    const writer = (at: number) => this.#service(at);
    return [
      { name: 'writer', kind: 'service', rate_hz: load.rate_hz, answer: writer, outages },
      { name: 'reads', kind: 'read', rate_hz: load.read_hz, answer: writer, outages },
      ...names.map((name): SimulatedTarget => {
        return { name, kind: 'pinned', rate_hz: load.pinned_hz, answer: (at) => this.#pinned(name, at), outages };
      }),
    ];
  }

  observe(): AuroraTopology {
    const now = this.#clock.now();
    const { writer } = this.#termAt(now);
    return {
      store: 'aurora',
      observed_at: now,
      members: names.map((name, index) => ({
        name,
        zone: `zone-${'abc'[Math.floor(index / 2)]}`,
        role: name === writer ? 'writer' : 'reader',
        healthy: this.#isUp(name, now),
      })),
      write_quorum: 4,
      read_quorum: 3,
      commit: { mode: 'quorum', standbys: 3, of: names.filter((name) => name !== writer) },
      controller: {
        name: 'simulated controller',
        poll_ms: 100,
        misses: 3,
        poll_timeout_ms: 100,
        detach_ms: [5, 200],
        promote_ms: [50, 800],
        repoint_ms: [1, 100],
        handover_ms: [100, 2_000],
        rejoin_ms: [100, 3_000],
      },
      link_delay_ms: 0,
    };
  }

  /** Times in which the service endpoint took no writes, so far. */
  #outages(): Down[] {
    return this.#terms.slice(1).flatMap((term) => {
      const lost = this.#losses.findLast((loss) => loss.from < term.from);
      return lost === undefined ? [] : [{ from: lost.from, to: term.from }];
    });
  }

  /** What a write through the service endpoint gets. */
  #service(at: number): Answer {
    const { writer, term } = this.#termAt(at);
    return this.#isUp(writer, at) ? { server: `${writer}@${term}` } : { code: 'ECONNREFUSED', outcome: 'failed', after_ms: 0.5 };
  }

  /** What a write on one copy gets. */
  #pinned(member: string, at: number): Answer {
    if (!this.#isUp(member, at)) return { code: 'ECONNREFUSED', outcome: 'failed', after_ms: 0.5 };
    const { writer, term } = this.#termAt(at);
    return writer === member ? { server: `${writer}@${term}` } : { code: '25006', outcome: 'failed', after_ms: 0.5 };
  }

  #termAt(at: number): Term {
    return this.#terms.findLast((term) => term.from <= at) ?? { from: at, writer: 'pg-1', term: 1 };
  }

  #isUp(member: string, at: number): boolean {
    return !this.#losses.some((loss) => loss.member === member && loss.from <= at && (loss.to === null || at < loss.to));
  }

  #tell(at: number, what: EventName, who: string, text: string): void {
    this.events.push({ at, what, who, text });
  }
}
