import type { Address } from '../../probe/kafka/address.ts';
import type { BrokerConnection, ClusterSight, OpenConnection, ProduceAnswer, ProduceRequest } from '../../probe/kafka/connection.ts';

/** What a broker does with connections: answers, refuses them, or takes them and says nothing. */
type Mood = 'answers' | 'refuses' | 'silent';

interface Made {
  broker: number;
  lost(code: string): void;
  reject(error: Error): void;
  open: boolean;
}

const failure = (code: string) => Object.assign(new Error(code), { code });

/** Brokers written by hand at the driver's adapter: broker n listens on port n, and one partition, 0, moves between them. */
export class FakeBrokers {
  moods = new Map<number, Mood>();
  /** null while there is none. */
  leader: number | null = 1;
  epoch = 0;
  isr = [1, 2, 3];
  /** Brokers that do not know the topic. */
  ignorant = new Set<number>();
  /** What becomes of a produce request; undefined never answers. */
  answer: (request: ProduceRequest, broker: number) => ProduceAnswer | Promise<ProduceAnswer> | undefined = () => ({
    error: 'NONE',
    offset: null,
  });
  produced: { broker: number; request: ProduceRequest }[] = [];
  dialled: number[] = [];
  asked: number[] = [];
  /** Each asked-for producer gets the next id. */
  producers = 0n;
  #made: Made[] = [];

  readonly open: OpenConnection = (address, _limit_ms, lost) => this.#open(address, lost);

  moveTo(leader: number | null): void {
    this.leader = leader;
    this.epoch += 1;
  }

  /** Ends every connection to a broker. */
  reset(broker: number, code = 'ECONNRESET'): void {
    for (const made of this.#made.filter((one) => one.broker === broker && one.open)) {
      made.open = false;
      made.lost(code);
      made.reject(failure(code));
    }
  }

  connections(broker: number): number {
    return this.#made.filter((one) => one.broker === broker && one.open).length;
  }

  #sight(broker: number): ClusterSight {
    const all = [1, 2, 3].map((id) => ({ id, host: 'fake', port: id }));
    if (this.ignorant.has(broker)) return { brokers: all, error: 'UNKNOWN_TOPIC_OR_PARTITION', partitions: [] };
    const state = { partition: 0, leader: this.leader ?? -1, leader_epoch: this.epoch, replicas: [1, 2, 3], isr: this.isr };
    return { brokers: all, error: 'NONE', partitions: [state] };
  }

  #open({ port: broker }: Address, lost: (code: string) => void): BrokerConnection {
    this.dialled.push(broker);
    const waiting = new Set<(error: Error) => void>();
    const made: Made = {
      broker,
      lost,
      open: false,
      reject: (error) => {
        for (const reject of waiting) reject(error);
      },
    };
    this.#made.push(made);
    const mood = () => this.moods.get(broker) ?? 'answers';
    const never = <T>() => new Promise<T>((_, reject) => waiting.add(reject));
    let heard = false;
    const whenHeard = <T>(value: () => T | Promise<T> | undefined): Promise<T> => {
      if (!made.open) return Promise.reject(failure('closed'));
      const given = mood() === 'silent' ? undefined : value();
      return given === undefined ? never() : Promise.resolve(given);
    };
    return {
      get heard() {
        return heard;
      },
      unwritten_bytes: 0,
      connect: async () => {
        if (mood() === 'refuses') throw failure('ECONNREFUSED');
        made.open = true;
        if (mood() === 'silent') await never();
        heard = true;
      },
      produce: (request) => {
        this.produced.push({ broker, request });
        return whenHeard(() => this.answer(request, broker));
      },
      metadata: () => {
        this.asked.push(broker);
        return whenHeard(() => this.#sight(broker));
      },
      newProducer: () => whenHeard(() => ({ id: this.producers++, epoch: 0 })),
      offset: async () => 0,
      fetch: async () => Buffer.alloc(0),
      destroy: () => {
        if (!made.open) return;
        made.open = false;
        made.reject(failure('closed'));
      },
    };
  }
}
