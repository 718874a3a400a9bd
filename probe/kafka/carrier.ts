import type { Clock } from '../../core/clock.ts';
import { brokerName } from '../../core/topology.ts';
import type { Leader } from './cluster.ts';
import type { BrokerConnection, ProduceAnswer, ProduceRequest } from './connection.ts';

/** An established connection to a leader, and how long its requests have been waiting; a broker answers them in order. */
export class Carrier {
  readonly connection: BrokerConnection;
  leader: Leader;
  #clock: Clock;
  #answered: () => void;
  #sent_at: number[] = [];

  constructor(connection: BrokerConnection, leader: Leader, clock: Clock, answered: () => void) {
    this.connection = connection;
    this.leader = leader;
    this.#clock = clock;
    this.#answered = answered;
  }

  /** The leader and its term, such as `broker-2@7`. */
  get server(): string {
    return `${brokerName(this.leader.id)}@${this.leader.epoch}`;
  }

  get in_flight(): number {
    return this.#sent_at.length;
  }

  /** When the request was sent that waits longest; null while none does. */
  get oldest_at(): number | null {
    return this.#sent_at[0] ?? null;
  }

  async produce(request: ProduceRequest): Promise<ProduceAnswer> {
    this.#sent_at.push(this.#clock.now());
    try {
      const answer = await this.connection.produce(request);
      this.#answered();
      return answer;
    } finally {
      this.#sent_at.shift();
    }
  }
}
