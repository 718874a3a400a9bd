import { expect, test } from 'vitest';
import { acksOf } from '../../report/acks.ts';
import { AT, aRecord, STARTED_AT } from '../core/a-record.ts';

test('a server that stopped and came back under its name has a pause, not one long bar', () => {
  const record = aRecord(
    (each) => {
      for (const lane of each.probe.lanes) for (const server of lane.servers) server.server = 'pg-1@1';
    },
    { up: 10_450 },
  );
  const [acks] = acksOf(record);
  expect(acks).toMatchObject({ server: 'pg-1@1', kind: 'service' });
  expect(acks?.stretches).toHaveLength(2);
  expect(acks?.stretches[0]?.[1]).toBeLessThan(STARTED_AT + AT.down + 200);
  expect(acks?.stretches[1]?.[0]).toBeGreaterThan(STARTED_AT + 10_300);
});

test('without a pause it is one, from the first to the last', () => {
  for (const { first_at, last_at, stretches } of acksOf(aRecord())) expect(stretches).toEqual([[first_at, last_at]]);
});

test('without series the first and the last are all that is known', () => {
  const record = aRecord((each) => Object.assign(each, { series: [] }));
  expect(acksOf(record).map((each) => each.stretches.length)).toEqual([1, 1, 1, 1, 1, 1]);
});

test('who acknowledged nothing is not listed', () => {
  const record = aRecord((each) => {
    for (const lane of each.probe.lanes) for (const server of lane.servers) server.acked = 0;
  });
  expect(acksOf(record)).toEqual([]);
});
