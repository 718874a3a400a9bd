import {
  apiVersionsV3,
  Connection,
  fetchV12,
  initProducerIdV4,
  listOffsetsV6,
  metadataV9,
  produceV9,
  type Reader,
  Writer,
} from '@platformatic/kafka';
import type { KafkaClient } from '../../core/drill.ts';
import type { Address } from './address.ts';
import { connectionOptions, type KafkaCredentials } from './credentials.ts';
import { codeOf, errorName } from './outcome.ts';

/** One produce request: a batch for one partition. */
export interface ProduceRequest {
  topic: string;
  partition: number;
  acks: KafkaClient['acks'];
  /** How long the broker may wait for its replicas. */
  timeout_ms: number;
  batch: Buffer;
}

/** `error` is a name, `NONE` for success; `offset` is where the batch's first record was stored, null where nobody says so. */
export interface ProduceAnswer {
  error: string;
  offset: number | null;
}

/** What one broker says of the cluster and of one topic. */
export interface ClusterSight {
  brokers: (Address & { id: number })[];
  error: string;
  partitions: { partition: number; leader: number; leader_epoch: number; replicas: number[]; isr: number[] }[];
}

/** Where a partition begins or ends. */
interface OffsetRequest {
  topic: string;
  partition: number;
  which: 'earliest' | 'latest';
}

interface FetchRequest {
  topic: string;
  partition: number;
  offset: number;
  most_bytes: number;
}

/** One connection to one broker. Everything rejects with the socket's error once it is lost; nothing is sent again. */
export interface BrokerConnection {
  /** True once the broker has said anything at all. */
  readonly heard: boolean;
  /** Socket, TLS and log-in, and one request answered: a frozen broker's kernel takes connections too. */
  connect(): Promise<void>;
  /** With acks 0 there is no answer: resolved when it was handed to the socket. */
  produce(request: ProduceRequest): Promise<ProduceAnswer>;
  metadata(topic: string): Promise<ClusterSight>;
  newProducer(): Promise<{ id: bigint; epoch: number }>;
  offset(request: OffsetRequest): Promise<number>;
  /** Raw record batches from `offset` on. Rejects with a Kafka error's name as code. */
  fetch(request: FetchRequest): Promise<Buffer>;
  /** Bytes that the socket has not taken yet. */
  readonly unwritten_bytes: number;
  destroy(): void;
}

/** `lost` is called once, with a code, when an established connection ends, however that came. */
export type OpenConnection = (address: Address, limit_ms: number, lost: (code: string) => void) => BrokerConnection;

const never_ms = 2 ** 31 - 1;
const acksOf = { all: -1, '1': 1, '0': 0 };
const client_id = 'quorum-drill';

export function openConnection(credentials: KafkaCredentials): OpenConnection {
  return (address, limit_ms, lost) => new LibraryConnection(address, limit_ms, lost, credentials);
}

/** The client library's connection and its requests, without its producer: that one repeats, and closes what answers late. */
class LibraryConnection implements BrokerConnection {
  #connection: Connection;
  #address: Address;
  #code: string | null = null;

  constructor(address: Address, limit_ms: number, lost: (code: string) => void, credentials: KafkaCredentials) {
    this.#address = address;
    this.#connection = new Connection(client_id, {
      ...connectionOptions(credentials, address.host),
      connectTimeout: limit_ms,
      // Its own limit would close the connection with the answer still on the way.
      requestTimeout: never_ms,
      maxInflights: 1000,
    });
    this.#connection.on('error', (error) => {
      this.#code ??= codeOf(error);
    });
    this.#connection.on('close', () => lost(this.#code ?? 'closed'));
  }

  get heard(): boolean {
    return (this.#connection.socket?.bytesRead ?? 0) > 0;
  }

  get unwritten_bytes(): number {
    return this.#connection.socket?.writableLength ?? 0;
  }

  async connect(): Promise<void> {
    const { host, port } = this.#address;
    await this.#connection.connect(host, port);
    await apiVersionsV3.api.async(this.#connection, client_id, '1');
  }

  async produce({ topic, partition, acks, timeout_ms, batch }: ProduceRequest): Promise<ProduceAnswer> {
    const request = () => {
      const writer = Writer.create()
        .appendString(null)
        .appendInt16(acksOf[acks])
        .appendInt32(Math.ceil(timeout_ms))
        .appendArray([topic], (topics) =>
          topics.appendString(topic).appendArray([partition], (partitions) => {
            partitions
              .appendInt32(partition)
              .appendUnsignedVarInt(batch.length + 1)
              .append(batch);
          }),
        )
        .appendTaggedFields();
      if (acks === '0') writer.context.noResponse = true;
      return writer;
    };
    const answer = await this.#send<ReturnType<typeof produceV9.parseResponse> | boolean>(produceV9.api, request, produceV9.parseResponse);
    if (typeof answer === 'boolean') return { error: 'NONE', offset: null };
    const told = answer.responses[0]?.partitionResponses[0];
    if (!told) throw new Error('a produce response without its partition');
    const offset = told.errorCode === 0 && told.baseOffset >= 0n ? Number(told.baseOffset) : null;
    return { error: errorName(told.errorCode), offset };
  }

  async metadata(topic: string): Promise<ClusterSight> {
    const request = () => metadataV9.createRequest([topic], false);
    const answer = await this.#send<ReturnType<typeof metadataV9.parseResponse>>(metadataV9.api, request, metadataV9.parseResponse);
    const told = answer.topics[0];
    return {
      brokers: answer.brokers.map(({ nodeId, host, port }) => ({ id: nodeId, host, port })),
      error: errorName(told?.errorCode ?? 3),
      partitions: (told?.partitions ?? []).map(({ partitionIndex, leaderId, leaderEpoch, replicaNodes, isrNodes }) => ({
        partition: partitionIndex,
        leader: leaderId,
        leader_epoch: leaderEpoch,
        replicas: replicaNodes,
        isr: isrNodes,
      })),
    };
  }

  async newProducer(): Promise<{ id: bigint; epoch: number }> {
    const { producerId, producerEpoch } = await initProducerIdV4.api.async(this.#connection, null, 60_000);
    return { id: producerId, epoch: producerEpoch };
  }

  async offset({ topic, partition, which }: OffsetRequest): Promise<number> {
    const asked = { partitionIndex: partition, currentLeaderEpoch: -1, timestamp: which === 'latest' ? -1n : -2n };
    const { topics } = await listOffsetsV6.api.async(this.#connection, -1, 0, [{ name: topic, partitions: [asked] }]);
    const told = topics[0]?.partitions[0];
    if (!told) throw new Error('a list of offsets without its partition');
    return Number(told.offset);
  }

  fetch({ topic, partition, offset, most_bytes }: FetchRequest): Promise<Buffer> {
    const wanted = { partition, currentLeaderEpoch: -1, fetchOffset: BigInt(offset), lastFetchedEpoch: -1, partitionMaxBytes: most_bytes };
    const request = () => fetchV12.createRequest(500, 1, most_bytes, 0, 0, -1, [{ topicId: topic, partitions: [wanted] }], [], '');
    return this.#send<Buffer>(fetchV12.api, request, (_, __, ___, reader) => recordsOf(reader));
  }

  destroy(): void {
    // Without `close` first the library would keep waiting for a connection that is still being made.
    this.#connection.socket?.destroy();
  }

  #send<T>(api: { key: number; version: number }, request: () => Writer, parse: Parse<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#connection.send<T>(api.key, api.version, request, tolerant(parse), true, true, (error, answer) => {
        if (error) reject(this.#code === null ? error : Object.assign(new Error(this.#code, { cause: error }), { code: this.#code }));
        else resolve(answer as T);
      });
    });
  }
}

type Parse<T> = (correlation: number, key: number, version: number, reader: Reader) => T;

/** A response with an error in it is a response: the library throws it, and hands it over with what it throws. */
function tolerant<T>(parse: Parse<T>): Parse<T> {
  return (correlation, key, version, reader) => {
    try {
      return parse(correlation, key, version, reader);
    } catch (error) {
      const { response } = error as { response?: T };
      if (response === undefined) throw error;
      return response;
    }
  };
}

/** The records of a fetch response of one partition, as bytes: objects for each record would cost ten times as much. */
function recordsOf(reader: Reader): Buffer {
  reader.skip(4);
  const error = reader.readInt16();
  reader.skip(4);
  let records: Buffer | null = null;
  let partition_error = 0;
  if (error === 0) {
    reader.readArray(
      () => {
        reader.readString();
        reader.readArray(
          () => {
            reader.skip(4);
            partition_error = reader.readInt16();
            reader.skip(24);
            reader.readNullableArray(() => reader.skip(16));
            reader.skip(4);
            records = reader.readNullableBytes();
          },
          true,
          true,
        );
      },
      true,
      true,
    );
  }
  const code = errorName(error === 0 ? partition_error : error);
  if (code !== 'NONE') throw Object.assign(new Error(code), { code });
  return records ?? Buffer.alloc(0);
}
