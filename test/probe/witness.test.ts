import { expect, test } from 'vitest';
import type { Beat, Segment, SegmentResult, Target } from '../../probe/contract.ts';
import { runSegment, type WitnessLink } from '../../probe/witness.ts';
import { virtualClock } from '../virtual/clock.ts';
import { fakeService } from './fake-service.ts';

const writer: Target = { name: 'writer', kind: 'service', url: '', rate_hz: 100, connections: 30 };
const reads: Target = { name: 'reads', kind: 'read', url: '', rate_hz: 10, connections: 5 };

function scene(life_ms: number, targets = [writer]) {
  const clock = virtualClock();
  const segment: Segment = {
    run: 'r',
    witness: 'even',
    segment: 4,
    protocol: { name: 'postgres' },
    targets,
    attempt_timeout_ms: 250,
    stop_at: clock.now() + life_ms,
    beat_every_ms: 1000,
    bin_ms: 100,
  };
  const beats: Beat[] = [];
  const checkpoints: SegmentResult[] = [];
  const link: WitnessLink = {
    beat: async (beat) => ({ stop: beats.push(beat) < 0 }),
    checkpoint: async (result) => void checkpoints.push(result),
  };
  return { clock, segment, beats, checkpoints, link };
}

test('it ends by itself at its time, and every write that was planned was sent', async () => {
  const { clock, segment, link } = scene(3200, [writer, reads]);
  const service = fakeService(clock, () => ({ after_ms: 2, outcome: 'ok' }));
  const result = await clock.drive(runSegment(segment, service.driver, clock, link));
  const [writes, read] = result.lanes;
  expect(result.final).toBe(true);
  expect(writes).toMatchObject({
    lane: 'writer#4',
    outcomes: 'a301',
    attempts: { ok: 301, failed: 0, indeterminate: 0, unsent: 0 },
    outages: [],
  });
  expect(read).toMatchObject({ lane: 'reads#4', kind: 'read', outcomes: 'a30' });
  expect(result.record).toMatchObject({ segment: 4, witness: 'even', died: false, to: segment.stop_at, stalls: [] });
  expect(service.opened).toEqual(service.closed);
});

test('sending goes on as planned while nothing is answered: the loop is open', async () => {
  const { clock, segment, link } = scene(1200);
  const service = fakeService(clock, () => ({ after_ms: 250, outcome: 'indeterminate' }));
  const result = await clock.drive(runSegment(segment, service.driver, clock, link));
  expect(service.got).toHaveLength(101);
  for (const { n, planned_at, sent_at } of service.got) {
    expect(planned_at).toBe(result.record.from + n * 10);
    expect(sent_at).toBe(planned_at);
  }
  expect(result.lanes[0]?.in_flight_max).toBe(25);
});

test('a beat answered with stop ends it, and what is in flight is waited for', async () => {
  const { clock, segment, link, beats } = scene(60_000);
  const service = fakeService(clock, () => ({ after_ms: 240, outcome: 'ok' }));
  const stopping = { ...link, beat: async (beat: Beat) => ({ stop: beats.push(beat) === 3 }) };
  const result = await clock.drive(runSegment(segment, service.driver, clock, stopping));
  expect(beats.map(({ at }) => at - result.record.from)).toEqual([0, 1000, 2000]);
  expect(result.lanes[0]?.outcomes).toBe('a201');
  expect(result.lanes[0]?.last_done_at).toBe(result.record.from + 2240);
});

test('an attempt that the driver never ends is indeterminate, and holds nothing up', async () => {
  const { clock, segment, link } = scene(1200);
  const service = fakeService(clock, (n) => (n === 50 ? undefined : { after_ms: 1, outcome: 'ok' }));
  const result = await clock.drive(runSegment(segment, service.driver, clock, link));
  expect(result.lanes[0]).toMatchObject({ outcomes: 'a50 i1 a50', attempts: { ok: 100, failed: 0, indeterminate: 1, unsent: 0 } });
  expect(service.closed).toEqual(['writer#4']);
});

test.each([
  ['fails', () => Promise.reject(new Error('the row cannot be written'))],
  ['never answers', () => new Promise<never>(() => undefined)],
])('a link that %s silences no beat, and the segment ends at its time', async (_, answer) => {
  const { clock, segment, beats } = scene(5200);
  const service = fakeService(clock, () => ({ after_ms: 1, outcome: 'ok' }));
  const beat = (one: Beat) => {
    beats.push(one);
    return answer();
  };
  const link: WitnessLink = { beat, checkpoint: () => Promise.reject(new Error('no')) };
  const result = await clock.drive(runSegment(segment, service.driver, clock, link));
  expect(beats).toHaveLength(5);
  expect(result.lanes[0]?.attempts.ok).toBe(501);
});

test('checkpoints come on the way, are not final, and hold what was in flight as indeterminate', async () => {
  const { clock, segment, link, checkpoints } = scene(6400);
  const service = fakeService(clock, () => ({ after_ms: 35, outcome: 'ok' }));
  const result = await clock.drive(runSegment(segment, service.driver, clock, link));
  expect(checkpoints.map(({ final, record }) => [final, record.to - record.from])).toEqual([
    [false, 2000],
    [false, 4000],
    [false, 6000],
  ]);
  expect(checkpoints[0]?.lanes[0]?.outcomes).toMatch(/^a197 i[34]$/);
  expect(result.lanes[0]?.outcomes).toBe('a621');
});

test('a beat tells health, rate and the longest stall, of service lanes only', async () => {
  const { clock, segment, link, beats } = scene(4300, [writer, reads]);
  const down = (n: number) => n >= 150 && n < 200;
  const service = fakeService(clock, (n) => ({ after_ms: 1, outcome: down(n) ? 'failed' : 'ok' }));
  const { record } = await clock.drive(runSegment(segment, service.driver, clock, link));
  expect(beats.map(({ service }) => service.map(({ lane }) => lane))).toEqual(beats.map(() => ['writer#4']));
  expect(beats.at(-1)?.service[0]).toMatchObject({
    acked_hz: expect.closeTo(100, 0),
    not_ok: 50,
    healthy_since: record.from + 2001,
    last_not_ok_at: record.from + 1991,
    server: 'pg-1@1',
  });
});

test('a process that did not run says so, and sends what it owes late', async () => {
  const { clock, segment, link } = scene(3200);
  let asleep_ms = 0;
  const stalling = { ...clock, now: () => clock.now() + asleep_ms };
  const service = fakeService(stalling, (n) => {
    if (n === 100) asleep_ms = 800;
    return { after_ms: 1, outcome: 'ok' };
  });
  const result = await clock.drive(runSegment(segment, service.driver, stalling, link));
  expect(result.record.longest_stall_ms).toBeGreaterThan(750);
  expect(result.record.stalls).toHaveLength(1);
  expect(result.lanes[0]?.outcomes).toBe('a301');
  const late = service.got.filter(({ planned_at, sent_at }) => sent_at - planned_at > 500);
  expect(late.length).toBeGreaterThanOrEqual(29);
  expect(result.series[0]?.points.filter((point) => point === null).length).toBeGreaterThanOrEqual(6);
});

test('leaders and ISR as its driver sees them are in its beats and its result', async () => {
  const { clock, segment, link, beats } = scene(2200);
  const service = fakeService(clock, () => ({ after_ms: 1, outcome: 'ok' }));
  const state = { partition: 0, leader: 1, leader_epoch: 4, replicas: [1, 2], isr: [1] };
  const seen_from = segment.stop_at - 1100;
  const view = () => {
    const seen_at = clock.now() < seen_from ? null : clock.now();
    return { seen_at, partitions: seen_at === null ? [] : [state], sights: [{ at: seen_from, ...state }] };
  };
  const result = await clock.drive(runSegment(segment, { ...service.driver, view }, clock, link));
  expect(beats[0]?.partitions).toBeUndefined();
  expect(beats.at(-1)?.partitions).toEqual({ seen_at: beats.at(-1)?.at, states: [state] });
  expect(result.partitions).toEqual([{ at: seen_from, ...state }]);
});
