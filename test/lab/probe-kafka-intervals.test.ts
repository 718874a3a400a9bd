import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cut, judge } from '../../bench/intervals.ts';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Segment } from '../../probe/contract.ts';
import { kafkaDriver } from '../../probe/kafka.ts';
import { runSegment } from '../../probe/witness.ts';
import { OneBroker } from './one-broker.ts';

let one: OneBroker;
const clock = monotonicClock(epochOffset());
const attempt_timeout_ms = 250;
const topic = 'intervals';

beforeAll(async () => {
  one = await OneBroker.start('probe-kafka-law');
  await one.topic(topic);
});

afterAll(() => one.stop());

const client = { acks: 'all' as const, idempotent: false, record_bytes: 100 };

function segment(): Segment {
  const target = { name: 'p0', kind: 'service' as const, url: one.url('linked'), rate_hz: 100, connections: 1, partition: 0 };
  return {
    run: 'law',
    witness: 'even',
    segment: 1,
    protocol: { name: 'kafka', topic, client },
    targets: [target],
    attempt_timeout_ms,
    stop_at: clock.now() + 150_000,
    beat_every_ms: 100,
    bin_ms: 100,
  };
}

/** Longer than an attempt timeout, for a connection that goes silent is not told from a slow answer before that. */
const lengths_ms = [300, 350, 420, 500, 600, 700, 850, 1000, 1200, 1500];

async function cutEach(kind: 'reset' | 'vanish'): Promise<Cut[]> {
  const cuts: Cut[] = [];
  for (const [i, length_ms] of lengths_ms.entries()) {
    await clock.sleep(900 + 37 * i);
    const from = clock.now();
    if (kind === 'vanish') one.link.cut();
    else {
      one.gate.open = false;
      one.link.reset();
    }
    await clock.sleep(length_ms);
    one.gate.open = true;
    // What was lost stays lost and nobody is told.
    one.link.heal(false);
    cuts.push({ from, to: clock.now() });
  }
  return cuts;
}

test('each of twenty true outages, by resets and by packets that vanish, lies inside the interval reported for it', async () => {
  let over = false;
  const driver = kafkaDriver('law', { name: 'kafka', topic, client }, clock);
  const link = { beat: async () => ({ stop: over }), checkpoint: async () => undefined };
  const watched = runSegment(segment(), driver, clock, link);
  await clock.sleep(2_000);
  const cuts = [...(await cutEach('reset')), ...(await cutEach('vanish'))];
  await clock.sleep(1_000);
  over = true;
  const { lanes, record } = await watched;
  const [lane] = lanes;
  if (!lane) throw new Error('the witness returned no lane');
  const { reported } = judge('reset', 100, lane, cuts);
  const stalled = (cut: Cut) =>
    record.stalls.some(({ from, to }) => from < cut.to + attempt_timeout_ms && to > cut.from - attempt_timeout_ms);
  expect(reported).toHaveLength(20);
  // A time in which the test itself did not run proves nothing of the lane.
  const outside = reported.filter((one, i) => !one.inside && !stalled(cuts[i] ?? { from: 0, to: 0 }));
  expect(outside).toEqual([]);
  expect(reported.filter(({ inside }) => inside).length).toBeGreaterThanOrEqual(15);
});
