import { crc32c } from '@platformatic/kafka';

/** Who sends a batch, and the number of its first record in that producer's sequence; an id of -1 is nobody. */
interface Producer {
  id: bigint;
  epoch: number;
  sequence: number;
}

export const nobody: Producer = { id: -1n, epoch: -1, sequence: -1 };

/** One record to be written. */
export interface Numbered {
  n: number;
  planned_at: number;
}

/** Byte positions of a batch's header (message format 2). */
const header = {
  length: 8,
  leader_epoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  last_offset_delta: 23,
  first_timestamp: 27,
  max_timestamp: 35,
  producer_id: 43,
  producer_epoch: 51,
  sequence: 53,
  count: 57,
  records: 61,
};
/** Two doubles, the number and its planned time, and the length of the name that follows. */
const fixed_bytes = 18;
const compressed = 0x07;
const control = 0x20;

/**
 * Writes one lane's records. A value is number, planned time (both float64), the length of `<run> <lane>` (uint16), that text, and
 * zeros up to `record_bytes`; a name that needs more makes the value longer.
 */
export class RecordWriter {
  readonly value_bytes: number;
  #template: Buffer;

  constructor(run: string, lane: string, record_bytes: number) {
    const name = Buffer.from(nameOf(run, lane));
    this.value_bytes = Math.max(record_bytes, fixed_bytes + name.length);
    this.#template = Buffer.alloc(this.value_bytes);
    this.#template.writeUInt16BE(name.length, 16);
    name.copy(this.#template, fixed_bytes);
  }

  /** One batch of these records, uncompressed, stamped with `producer`; `at` is epoch milliseconds. */
  batch(records: readonly Numbered[], at: number, producer: Producer): Buffer {
    const bytes = Buffer.allocUnsafe(header.records + records.length * (this.value_bytes + 20));
    let end = header.records;
    for (const [delta, { n, planned_at }] of records.entries()) end = this.#record(bytes, end, delta, n, planned_at);
    const timestamp = BigInt(Math.floor(at));
    bytes.writeBigInt64BE(0n, 0);
    bytes.writeInt32BE(end - header.leader_epoch, header.length);
    bytes.writeInt32BE(-1, header.leader_epoch);
    bytes.writeInt8(2, header.magic);
    bytes.writeInt16BE(0, header.attributes);
    bytes.writeInt32BE(records.length - 1, header.last_offset_delta);
    bytes.writeBigInt64BE(timestamp, header.first_timestamp);
    bytes.writeBigInt64BE(timestamp, header.max_timestamp);
    bytes.writeInt32BE(records.length, header.count);
    const whole = bytes.subarray(0, end);
    stamp(whole, producer);
    return whole;
  }

  #record(bytes: Buffer, start: number, delta: number, n: number, planned_at: number): number {
    const size = 4 + varintBytes(2 * delta) + varintBytes(2 * this.value_bytes) + this.value_bytes;
    let at = writeVarint(bytes, start, 2 * size);
    bytes[at++] = 0; // attributes
    bytes[at++] = 0; // timestamp as the batch's
    at = writeVarint(bytes, at, 2 * delta);
    bytes[at++] = 1; // no key
    at = writeVarint(bytes, at, 2 * this.value_bytes);
    this.#template.copy(bytes, at);
    bytes.writeDoubleBE(n, at);
    bytes.writeDoubleBE(planned_at, at + 8);
    at += this.value_bytes;
    bytes[at++] = 0; // no headers
    return at;
  }
}

/** Gives a batch to a producer, in place; its records stay as they are. */
export function stamp(batch: Buffer, { id, epoch, sequence }: Producer): void {
  batch.writeBigInt64BE(id, header.producer_id);
  batch.writeInt16BE(epoch, header.producer_epoch);
  batch.writeInt32BE(sequence, header.sequence);
  batch.writeUInt32BE(crc32c(batch.subarray(header.attributes)), header.crc);
}

/** The text that says whose a record is. */
export function nameOf(run: string, lane: string): string {
  return `${run} ${lane}`;
}

/** Takes each record of ours: whose it is, its number, and the producer id of its batch (-1n without one). */
export type Take = (name: string, n: number, producer: bigint) => void;

/**
 * Reads the records at offsets `from` to `to - 1` of a fetch, skips those that are not in our form, and returns the offset after the
 * last whole batch; `from` where not one is whole. Throws on a damaged batch, and on a compressed one, which nobody who writes here makes.
 */
export function readBatches(bytes: Buffer, from: number, to: number, take: Take): number {
  let next = from;
  for (let at = 0; at + header.records <= bytes.length; ) {
    const end = at + header.leader_epoch + bytes.readInt32BE(at + header.length);
    if (end > bytes.length) break;
    const base = Number(bytes.readBigInt64BE(at));
    const attributes = bytes.readInt16BE(at + header.attributes);
    if ((attributes & compressed) !== 0) throw new Error(`the batch at offset ${base} is compressed: the probe writes none`);
    if (crc32c(bytes.subarray(at + header.attributes, end)) !== bytes.readUInt32BE(at + header.crc))
      throw new Error(`the batch at offset ${base} is damaged: its checksum is not that of its bytes`);
    if ((attributes & control) === 0) readBatch(bytes, at, from - base, to - base, take);
    next = Math.max(next, base + bytes.readInt32BE(at + header.last_offset_delta) + 1);
    at = end;
  }
  return next;
}

function readBatch(bytes: Buffer, start: number, first: number, end_delta: number, take: Take): void {
  const producer = bytes.readBigInt64BE(start + header.producer_id);
  const count = bytes.readInt32BE(start + header.count);
  const cursor = { bytes, at: start + header.records };
  let name = '';
  let lastName: Buffer | null = null;
  for (let i = 0; i < count; i += 1) {
    const size = readVarint(cursor);
    const end = cursor.at + size;
    cursor.at += 1;
    readVarint(cursor); // timestamp
    const delta = readVarint(cursor);
    const key = readVarint(cursor);
    if (key > 0) cursor.at += key;
    const length = readVarint(cursor);
    const at = cursor.at;
    cursor.at = end;
    if (delta < first || delta >= end_delta || length < fixed_bytes) continue;
    const name_bytes = bytes.readUInt16BE(at + 16);
    if (fixed_bytes + name_bytes > length) continue;
    const found = bytes.subarray(at + fixed_bytes, at + fixed_bytes + name_bytes);
    // A batch holds one lane, so the text is made once.
    if (lastName === null || !found.equals(lastName)) {
      lastName = found;
      name = found.toString();
    }
    take(name, bytes.readDoubleBE(at), producer);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let left = value; left >= 128; left = Math.floor(left / 128)) bytes += 1;
  return bytes;
}

/** `value` is already in zigzag form. */
function writeVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes[at++] = (left & 127) | 128;
  bytes[at++] = left;
  return at;
}

function readVarint(cursor: { bytes: Buffer; at: number }): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = cursor.bytes[cursor.at++] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
