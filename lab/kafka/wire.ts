import { Connection, createAPI, describeQuorumV2, metadataV12, type Reader, Writer } from '@platformatic/kafka';
import { loopback } from '../ports.ts';

/** A metadata answer, as far as the lab reads it. */
export type Metadata = Awaited<ReturnType<typeof metadataV12.api.async>>;
export type Quorum = Awaited<ReturnType<typeof describeQuorumV2.api.async>>['topics'][number]['partitions'][number];

const connect_ms = 1_000;
const request_ms = 3_000;

/** Requests to nodes by their ports: one connection each, given up at the first error, so that no answer is older than its question. */
export class Wire {
  #connections = new Map<number, Promise<Connection>>();
  /** Whoever answered last is asked first. */
  #last: number | null = null;

  /** Asks one node. */
  async ask<T>(port: number, question: (connection: Connection) => Promise<T>): Promise<T> {
    const opened = this.#connections.get(port) ?? this.#open(port);
    try {
      return await question(await opened);
    } catch (error) {
      this.#drop(port, opened);
      throw error;
    }
  }

  /** Asks one after the other until one answers; throws what the last one said. */
  async askAny<T>(ports: number[], question: (connection: Connection) => Promise<T>): Promise<T> {
    let last: unknown = new Error('no broker is there to ask');
    for (const port of [...ports].sort((a, b) => Number(b === this.#last) - Number(a === this.#last))) {
      try {
        const answer = await this.ask(port, question);
        this.#last = port;
        return answer;
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  close(): void {
    for (const [port, opened] of this.#connections) this.#drop(port, opened);
  }

  #open(port: number): Promise<Connection> {
    const connection = new Connection('quorum-drill-lab', { connectTimeout: connect_ms, requestTimeout: request_ms });
    connection.on('error', () => {});
    const opened = Promise.resolve(connection.connect(loopback, port)).then(() => connection);
    this.#connections.set(port, opened);
    return opened;
  }

  #drop(port: number, opened: Promise<Connection>): void {
    if (this.#connections.get(port) === opened) this.#connections.delete(port);
    opened.then((connection) => connection.close()).catch(() => {});
  }
}

/** Brokers that are registered and not fenced, and the partitions of topics; an unknown topic is an error. */
export function metadata(topics: string[]): (connection: Connection) => Promise<Metadata> {
  return async (connection) => {
    try {
      return await metadataV12.api.async(connection, topics, false, false);
    } catch (error) {
      // The client calls an answer an error when a partition in it has no leader, which is just what we look for.
      const { response } = error as { response?: Metadata };
      if (response?.topics.every(({ errorCode }) => errorCode === 0)) return response;
      throw error;
    }
  };
}

/** The KRaft quorum as its leader sees it: answered by brokers, which ask it, and by the leader itself. */
export async function quorum(connection: Connection): Promise<Quorum> {
  const { topics } = await describeQuorumV2.api.async(connection, [
    { topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] },
  ]);
  const partition = topics[0]?.partitions[0];
  if (!partition) throw new Error('the quorum says nothing of itself');
  return partition;
}

/** Elects the preferred leader of every partition; asked of any broker. */
export async function electPreferred(connection: Connection): Promise<void> {
  await electLeaders.async(connection, 10_000);
}

/** ElectLeaders is not in the client: type 0 is preferred, no topics means all of them. */
const electLeaders = createAPI<[timeout_ms: number], number>(
  43,
  2,
  (timeout_ms: number) => Writer.create().appendInt8(0).appendUnsignedVarInt(0).appendInt32(timeout_ms).appendTaggedFields(),
  (_correlation: number, _key: number, _version: number, reader: Reader) => {
    reader.readInt32();
    const code = reader.readInt16();
    if (code !== 0) throw new Error(`ElectLeaders: Kafka's error ${code}`);
    return code;
  },
);
