import { describe, expect, test } from 'vitest';
import type { Outage, Record } from '../../core/record.ts';
import { parseRecord, parseRecordText, recordJsonSchema } from '../../core/record-schema.ts';
import { aRecord, laneOf } from './a-record.ts';
import {
  aBlindRecord,
  aLateRecord,
  aLossyRecord,
  aQuorumLossRecord,
  aRefusedRecord,
  aSplitBrainRecord,
  aZoneLossRecord,
} from './variants.ts';

const service = (record: Record) => laneOf(record, 'writer#0');
/** Puts any value in a place, as damage would. */
const put = (place: string, value: unknown) => (record: Record) => {
  const path = place.split('.');
  const last = path.pop() ?? '';
  const parent = path.reduce<unknown>((found, key) => (found as { [key: string]: unknown })[key], record);
  (parent as { [key: string]: unknown })[last] = value;
};

describe('a record', () => {
  test.each(
    [aRecord, aLateRecord, aLossyRecord, aSplitBrainRecord, aBlindRecord, aQuorumLossRecord, aZoneLossRecord, aRefusedRecord].map(
      (make) => [make.name, make] as const,
    ),
  )('%s is read as it was written', (_, make) => {
    const record = make();
    expect(parseRecordText(JSON.stringify(record))).toEqual(record);
  });

  test.each<[string, unknown, string]>([
    ['a list', [], 'record: got a list, wanted an object'],
    ['nothing', null, 'record: got null, wanted an object'],
    ['a text', 'record', "record: got 'record', wanted an object"],
    [
      'a future version',
      { version: 2 },
      'record: got version 2, wanted version 1, the newest this program knows; grade it with the program that wrote it, or a newer one',
    ],
    ['no version', {}, 'record version: got undefined, wanted one of 1'],
  ])('is refused: %s', (_, value, message) => {
    expect(() => parseRecord(value)).toThrow(message);
  });

  test.each<[string, (record: Record) => void, string]>([
    ['NaN', put('events.2.at', Number.NaN), 'record events.2.at: got NaN, wanted a number, finite'],
    ['infinity', put('ended_at', Number.POSITIVE_INFINITY), 'record ended_at: got Infinity, wanted a number, finite'],
    ['a negative time', put('started_at', -5), 'record started_at: got -5, wanted at least 0'],
    ['a negative count', put('probe.lanes.0.attempts.ok', -1), 'record probe.lanes.0.attempts.ok: got -1, wanted at least 0'],
    ['half a write', put('readback.0.duplicated', 1.5), 'record readback.0.duplicated: got 1.5, wanted an int'],
    ['an unknown event', put('events.2.what', 'boom'), "record events.2.what: got 'boom', wanted one of claimed, admitted"],
    ['an unknown outcome', put('outcome', { kind: 'maybe' }), "record outcome.kind: got 'maybe', wanted a known one"],
    ['an unknown source', put('source', 'moon'), "record source: got 'moon', wanted one of aws, emulator, lab, virtual"],
    ['a field nobody knows', put('score', 100), 'record: got an object, wanted no score'],
    ['a missing field', put('victims', undefined), 'record victims: got undefined, wanted an array, which is missing'],
    ['an end before the start', put('ended_at', 5), 'record ended_at: got '],
    ['an experiment that ends before it starts', put('experiments.0.end_at', 5), 'experiment EXP1: got an end '],
    ['a lane twice', (record) => void record.probe.lanes.push(service(record)), 'lane: got writer#0 twice'],
    [
      'a lane of a segment that is not there',
      put('probe.lanes.0.segment', 9),
      'lane writer#0: got segment 9, wanted a segment of the record',
    ],
    ['run lengths with an unknown letter', put('probe.lanes.0.outcomes', 'a5 x2'), "run lengths: got 'x2' after 1 runs"],
    ['outcomes that disagree with the attempts', put('probe.lanes.0.outcomes', 'a5 f2'), 'lane writer#0 outcomes: got 5 of a, wanted 1547'],
    [
      'more acknowledged by servers than attempts',
      put('probe.lanes.0.servers.0.acked', 5_000),
      'lane writer#0 servers: got 6141 acknowledged',
    ],
    ['a read-back with an unknown letter', put('readback.0.present', 'p5 a1'), "run lengths: got 'a1' after 1 runs"],
    ['an outage that ends before it starts', put('probe.lanes.0.outages.0.end', [1, 2]), 'lane writer#0 outage: got an end '],
    [
      'a start that is no span',
      put('probe.lanes.0.outages.0.start', [9, 2]),
      'lane writer#0 outage start: got an end 7 ms before its start',
    ],
    [
      'overlapping outages',
      (record) => void service(record).outages.push(...service(record).outages),
      'lane writer#0 outages: got outages that overlap',
    ],
    [
      'an outage after one that never ended',
      (record) => void service(record).outages.unshift({ ...(service(record).outages[0] as Outage), end: null }),
      'lane writer#0 outages: got outages that overlap',
    ],
  ])('is refused: %s', (_, edit, message) => {
    expect(() => parseRecord(aRecord(edit))).toThrow(message);
  });

  const json = JSON.stringify(aRecord());
  test.each([0, 1, 17, 1_000, 20_001, json.length - 1])('cut off after %i characters is refused by its position', (length) => {
    expect(() => parseRecordText(json.slice(0, length))).toThrow(
      `record: got text that breaks off at position ${length}, wanted a whole JSON document`,
    );
  });

  test.each<[string, string]>([
    ['{"a":1}x', 'no JSON from position 7 on'],
    ['nonsense', 'text that is no JSON'],
  ])('%j is refused', (text, message) => {
    expect(() => parseRecordText(text)).toThrow(`record: got ${message}`);
  });

  test('a number too large for JSON is refused, not read as infinity', () => {
    expect(() => parseRecordText(json.replace(/"ended_at":\d+/, '"ended_at":1e999'))).toThrow('record ended_at: got Infinity');
  });

  test('docs/record.schema.json is what the code generates: after a change run vitest -u on this file', async () => {
    await expect(`${JSON.stringify(recordJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../docs/record.schema.json');
  });
});
