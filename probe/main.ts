import { monotonicClock } from './clock.ts';
import type { Segment } from './contract.ts';
import { driverFor } from './driver.ts';
import type { FromWitness, ToWitness } from './messages.ts';
import { runSegment } from './witness.ts';

/** A witness as its own process: one segment over its channel, then it ends; without its parent it ends at once. */
const waiting: ((answer: { stop: boolean }) => void)[] = [];
let stopped = false;

function say(message: FromWitness): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('a witness is started by the drill, over a channel');
    process.send(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

function answer(stop: boolean): void {
  stopped ||= stop;
  for (const resolve of waiting.splice(0)) resolve({ stop: stopped });
}

async function watch(segment: Segment, epoch_offset_ms: number): Promise<void> {
  const clock = monotonicClock(epoch_offset_ms);
  try {
    const result = await runSegment(segment, await driverFor(segment.protocol, segment.run, clock), clock, {
      beat: async (beat) => {
        const answered = new Promise<{ stop: boolean }>((resolve) => waiting.push(resolve));
        await say({ kind: 'beat', beat });
        return answered;
      },
      checkpoint: (result) => say({ kind: 'checkpoint', result }),
    });
    const peak_rss_bytes = process.resourceUsage().maxRSS * 1_024;
    await say({ kind: 'result', result: { ...result, record: { ...result.record, peak_rss_bytes } } });
  } catch (error) {
    await say({ kind: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exitCode = 70;
  }
  process.disconnect();
}

// A terminal's Ctrl-C reaches every process; the drill alone decides when its witnesses stop.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (message: ToWitness) => {
  if (message.kind === 'segment') void watch(message.segment, message.epoch_offset_ms);
  else answer(message.kind === 'stop');
});
