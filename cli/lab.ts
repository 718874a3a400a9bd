import { drills, gameDay } from '../drills/index.ts';
import { clearLabStore, labRuns } from '../lab/crashed.ts';
import { lastReports } from '../lab/last-reports.ts';
import { runInLab } from '../lab/run.ts';
import { labStore, plannedTopology } from '../lab/stores.ts';
import { epochOffset, monotonicClock } from '../probe/clock.ts';
import type { Place } from './place.ts';

/** Real clusters on this machine. */
export const lab: Place = {
  drills,
  day: gameDay,
  question: null,
  store: labStore,
  prospect: async (drill) => ({ topology: plannedTopology(drill, Date.now()), refusals: [], touches: [], fault_s: 0, cost: null }),
  run: runInLab,
  withRuns: async (work) => {
    const runs = await labRuns();
    try {
      return await work(runs, monotonicClock(epochOffset()));
    } finally {
      runs.close();
    }
  },
  clear: clearLabStore,
  lastReports,
};
