import { statfs } from 'node:fs/promises';
import type { AlarmState, Metrics } from '../lambdas/tools.ts';
import { drillHome } from './home.ts';

const least_free_bytes = 512 * 1024 * 1024;

/** The lab's alarms, each read live: `lab-disk` fires when the drill home has under 512 MiB left. The lab has no late metric points. */
export function labMetrics(): Metrics {
  return {
    async alarms(names) {
      return Promise.all(
        names.map(async (name) => ({ name, state: name === 'lab-disk' ? await diskAlarm() : ('INSUFFICIENT_DATA' as const) })),
      );
    },
    async series() {
      return { series: [], complete: true };
    },
  };
}

async function diskAlarm(): Promise<AlarmState> {
  const disk = await statfs(drillHome());
  return disk.bavail * disk.bsize > least_free_bytes ? 'OK' : 'ALARM';
}
