import { Reader, readRecordsBatches } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nobody, RecordWriter, readBatches, stamp } from '../../probe/kafka/records.ts';

const at = 1_767_603_600_000.7;
const numbered = fc.array(fc.record({ n: fc.nat(), planned_at: fc.double({ min: 0, max: 2e12, noNaN: true }) }), {
  minLength: 1,
  maxLength: 300,
});

/** As a broker stores it: batches get their offsets. */
function stored(batches: Buffer[]): Buffer {
  let offset = 0;
  for (const batch of batches) {
    batch.writeBigInt64BE(BigInt(offset), 0);
    offset += batch.readInt32BE(57);
  }
  return Buffer.concat(batches);
}

function read(bytes: Buffer, from = 0, to = Number.POSITIVE_INFINITY) {
  const found: [string, number, bigint][] = [];
  const next = readBatches(bytes, from, to, (name, n, producer) => found.push([name, n, producer]));
  return { found, next };
}

test('what is written is read back, whose it is and its number, through any split into batches', () => {
  fc.assert(
    fc.property(fc.array(numbered, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 300 }), (batches, bytes) => {
      const writer = new RecordWriter('run', 'p0#1', bytes);
      const producer = { id: 7n, epoch: 1, sequence: 3 };
      const { found, next } = read(stored(batches.map((records) => writer.batch(records, at, producer))));
      expect(found).toEqual(batches.flat().map(({ n }) => ['run p0#1', n, 7n]));
      expect(next).toBe(batches.flat().length);
    }),
  );
});

test('the client library reads the same: value, length and producer', () => {
  const writer = new RecordWriter('run', 'p0#1', 100);
  const [batch] = readRecordsBatches(Reader.from(writer.batch([{ n: 5, planned_at: 6.5 }], at, { id: 9n, epoch: 2, sequence: 40 })));
  expect(batch).toMatchObject({ producerId: 9n, producerEpoch: 2, firstSequence: 40, lastOffsetDelta: 0, magic: 2 });
  expect(batch?.firstTimestamp).toBe(1_767_603_600_000n);
  const value = batch?.records[0]?.value;
  expect(value?.length).toBe(100);
  expect([value?.readDoubleBE(0), value?.readDoubleBE(8)]).toEqual([5, 6.5]);
});

test('a new stamp changes the producer and the checksum alone', () => {
  const writer = new RecordWriter('run', 'p0#1', 100);
  const records = [{ n: 1, planned_at: 2 }];
  const batch = writer.batch(records, at, nobody);
  stamp(batch, { id: 3n, epoch: 0, sequence: 11 });
  expect(batch).toEqual(writer.batch(records, at, { id: 3n, epoch: 0, sequence: 11 }));
});

test('a fetch ends in the middle of a batch, begins in one, and goes no further than it is told', () => {
  const writer = new RecordWriter('run', 'p0#1', 100);
  const all = [0, 1, 2, 3, 4].map((n) => ({ n, planned_at: n }));
  const bytes = stored([writer.batch(all.slice(0, 3), at, nobody), writer.batch(all.slice(3), at, nobody)]);
  const numbers = (...args: Parameters<typeof read>) => read(...args).found.map(([, n]) => n);
  expect(read(bytes.subarray(0, bytes.length - 1))).toMatchObject({ next: 3 });
  expect(numbers(bytes, 2)).toEqual([2, 3, 4]);
  expect(numbers(bytes, 0, 4)).toEqual([0, 1, 2, 3]);
  expect(read(Buffer.alloc(0), 5)).toEqual({ found: [], next: 5 });
});

test('records that are not of our form are passed over, and a compressed or a damaged batch is an error', () => {
  const writer = new RecordWriter('run', 'p0#1', 100);
  const batch = writer.batch([{ n: 1, planned_at: 2 }], at, nobody);
  const foreign = Buffer.from(batch);
  // The value's first byte follows the header and six bytes of the record; its name's length lies 16 bytes on.
  foreign.writeUInt16BE(60_000, foreign.indexOf('run p0#1') - 2);
  expect(() => read(Buffer.from(foreign))).toThrow('damaged');
  stamp(foreign, nobody);
  expect(read(stored([foreign, batch])).found).toEqual([['run p0#1', 1, -1n]]);
  batch.writeInt16BE(1, 21);
  expect(() => read(batch)).toThrow('compressed');
});
