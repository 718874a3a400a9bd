import type { Drill } from '../../core/drill.ts';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Beat, Driver } from '../../probe/contract.ts';
import { type Endpoints, protocolOf, segmentFor, serviceUrl } from '../../probe/targets.ts';
import { runSegment } from '../../probe/witness.ts';
import type { Probe } from '../tools.ts';
import type { OpenDriver } from './drivers/open.ts';
import type { StoreSide } from './store-side.ts';

export interface ProbeParts {
  /** The driver that this function carries. */
  open: OpenDriver;
  endpoints(drill: Drill): ReturnType<StoreSide['endpoints']>;
  /** Told of every heartbeat as it is sent. */
  pulse(drill: Drill, beat: Beat): void;
  /** Name of the alarm that listens to the heartbeats. */
  alarm(drill: Drill): string;
}

const refuse = async (drill: Drill): Promise<never> => {
  throw new Error(`probe of ${drill.name}: got a function without a driver, wanted one of its target's own`);
};

/** In place of the probe, in every function but a target's own witness and read-back. */
export const withoutDriver: Probe = { watch: (order) => refuse(order.drill), readback: (_run, drill) => refuse(drill) };

/** The probe inside its function: one segment an invocation, in this process. */
export function awsProbe({ open, endpoints, pulse, alarm }: ProbeParts): Probe {
  const opened = async (run: string, drill: Drill): Promise<{ at: Endpoints; driver: Driver; clock: ReturnType<typeof freshClock> }> => {
    const { endpoints: at, credentials } = await endpoints(drill);
    const clock = freshClock();
    return { at, clock, driver: await open(protocolOf(drill, at), run, clock, credentials) };
  };
  return {
    alarm,
    watch: async (order, link) => {
      const { at, clock, driver } = await opened(order.run, order.drill);
      const result = await runSegment(segmentFor(order, at), driver, clock, {
        beat: (beat) => {
          pulse(order.drill, beat);
          return link.beat(beat);
        },
        checkpoint: link.checkpoint,
      });
      const peak_rss_bytes = process.resourceUsage().maxRSS * 1_024;
      return { ...result, record: { ...result.record, peak_rss_bytes } };
    },
    readback: async (run, drill, lanes) => {
      const { at, driver } = await opened(run, drill);
      return driver.readback(serviceUrl(at), run, lanes);
    },
  };
}

/** Set by the wall clock anew for each segment: between two invocations the machine is frozen, and its own clock stands still. */
function freshClock() {
  return monotonicClock(epochOffset());
}
