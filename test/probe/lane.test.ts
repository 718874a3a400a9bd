import { expect, test } from 'vitest';
import type { Attempt, Target } from '../../probe/contract.ts';
import { LaneLog } from '../../probe/lane.ts';

const target: Target = { name: 'writer', kind: 'service', url: '', rate_hz: 100, connections: 4 };
const lane = () => new LaneLog(target, 7, 1000);
const attempt = (sent_at: number, done_at: number, rest: Partial<Attempt> = {}): Attempt => ({
  outcome: 'ok',
  server: 'pg-1@1',
  sent_at,
  done_at,
  ...rest,
});

/** Begins all in order of their numbers and ends them in the order given. */
function run(log: LaneLog, attempts: Attempt[], order = attempts.map((_, n) => n)) {
  for (const n of attempts.keys()) log.begin(n);
  for (const n of order) log.end(n, attempts[n] as Attempt);
  return log.record();
}

test('a lane without a completed attempt is whole, and all of it indeterminate', () => {
  const log = lane();
  for (const n of [0, 1, 2]) log.begin(n);
  expect(log.record()).toEqual({
    lane: 'writer#7',
    target: 'writer',
    kind: 'service',
    segment: 7,
    period_ms: 10,
    first_send_at: 1000,
    last_done_at: 1000,
    attempts: { ok: 0, failed: 0, indeterminate: 3, unsent: 0 },
    outcomes: 'i3',
    outages: [],
    servers: [],
    codes: {},
    round_trip_p50_ms: null,
    in_flight_max: 3,
  });
});

test('outcomes, codes and counts; what was never sent was never applied', () => {
  const record = run(lane(), [
    attempt(1000, 1002),
    attempt(1010, 1011, { outcome: 'failed', code: '25006' }),
    attempt(1020, 1270, { outcome: 'indeterminate', code: 'timeout' }),
    attempt(1030, 1031, { outcome: 'failed', code: '25006' }),
    attempt(1040, 1041, { outcome: 'unsent' }),
    attempt(1050, 1052),
  ]);
  expect(record.outcomes).toBe('a1 f1 i1 f2 a1');
  expect(record.attempts).toEqual({ ok: 2, failed: 2, indeterminate: 1, unsent: 1 });
  expect(record.codes).toEqual({ 25006: 2, timeout: 1 });
  expect(record.outages).toEqual([{ start: [1000, 1011], end: [1030, 1052], attempts: 3 }]);
});

test('the same attempts give the same outages, whatever the order in which they complete', () => {
  const attempts = [
    attempt(1000, 1002),
    attempt(1010, 1260, { outcome: 'indeterminate', code: 'timeout' }),
    attempt(1020, 1270, { outcome: 'indeterminate', code: 'timeout' }),
    attempt(1265, 1268),
    attempt(1275, 1277),
  ];
  const inOrder = run(lane(), attempts).outages;
  expect(run(lane(), attempts, [0, 3, 1, 2, 4]).outages).toEqual(inOrder);
  expect(run(lane(), attempts, [4, 3, 2, 1, 0]).outages).toEqual(inOrder);
});

test('an unsent attempt is no evidence of an outage, and does not hold up those after it', () => {
  const record = run(lane(), [attempt(1000, 1002), attempt(1010, 1260, { outcome: 'unsent' }), attempt(1020, 1022)]);
  expect(record.outages).toEqual([]);
  expect(record.attempts.unsent).toBe(1);
});

test('acknowledgements are kept by server and term', () => {
  const record = run(lane(), [attempt(1000, 1002), attempt(1010, 1015), attempt(1020, 1022, { server: 'pg-2@2' })], [1, 0, 2]);
  expect(record.servers).toEqual([
    { server: 'pg-1@1', acked: 2, first_send_at: 1000, first_done_at: 1002, last_send_at: 1010, last_done_at: 1015 },
    { server: 'pg-2@2', acked: 1, first_send_at: 1020, first_done_at: 1022, last_send_at: 1020, last_done_at: 1022 },
  ]);
});

test('the round trip is that of acknowledged attempts, from their send', () => {
  const record = run(lane(), [
    attempt(1000, 1002),
    attempt(1010, 1012),
    attempt(1020, 1270, { outcome: 'indeterminate', code: 'timeout' }),
  ]);
  expect(record.round_trip_p50_ms).toBeCloseTo(2, 1);
});

const partition = { ...target, name: 'p3', partition: 3 };

test('offsets and producers of a partition, numbers and offsets that rise evenly in one run', () => {
  const stored = (n: number, offset: number, producer = '7') => attempt(1000 + n, 1001 + n, { offset, producer });
  const log = new LaneLog(partition, 7, 1000);
  const record = run(log, [stored(0, 40), stored(1, 41), attempt(1002, 1003), stored(3, 43), stored(4, 50), stored(5, 51, '8')]);
  expect(record).toMatchObject({ lane: 'p3#7', partition: 3, producers: ['7', '8'] });
  expect(record.offsets).toEqual([
    { n: 0, offset: 40, count: 2 },
    { n: 3, offset: 43, count: 2, apart: 7 },
    { n: 5, offset: 51, count: 1 },
  ]);
  expect(log.record(false).offsets).toBeUndefined();
});

test('an attempt that is answered long after its time was not served in it, and is acknowledged all the same', () => {
  const log = lane();
  const record = run(log, [
    attempt(1000, 1002),
    attempt(1010, 2500, { overdue_at: 1260 }),
    attempt(1020, 2501, { overdue_at: 1270 }),
    attempt(2400, 2502),
  ]);
  expect(record.outcomes).toBe('a4');
  expect(record.attempts).toEqual({ ok: 4, failed: 0, indeterminate: 0, unsent: 0 });
  expect(record.outages).toEqual([{ start: [1000, 1260], end: [1020, 2502], attempts: 2 }]);
  expect(log.health.view('writer#7', 2600)).toMatchObject({ acked: 4, not_ok: 2, last_not_ok_at: 1270 });
});
