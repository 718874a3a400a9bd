import { faultFrom } from '../evidence.ts';
import { ms, several } from '../words.ts';
import { always, type CheckRule, doubt, pass } from './check.ts';

/** The service was well before the fault: no write went wrong for long enough to say so. */
export const steadyState: CheckRule = {
  name: 'steady-state',
  kind: 'assumption',
  applies: always,
  wanted: (drill) => `${drill.window.baseline_s} s of writes before the fault, all acknowledged`,
  find: ({ drill, record, timeline, service }) => {
    if (timeline.fault_at === null) return doubt('no fault', 'nothing tells when the fault began, so nothing was before it');
    const before = faultFrom(timeline, record);
    const lengths = service.map((line) => before - (line.lanes[0]?.first_send_at ?? before));
    const baseline_ms = Math.max(0, ...lengths);
    // Starting the witnesses takes part of the baseline; half of it is still a baseline.
    if (baseline_ms < (drill.window.baseline_s * 1_000) / 2)
      return doubt(`${ms(baseline_ms)} of writes`, 'too short a baseline to call it steady');
    // Trouble that ended before the baseline began is why re-admission waited, not a reason to doubt the run.
    const from = before - drill.window.baseline_s * 1_000;
    const sick = service.flatMap((line) => line.outages.filter(({ start, end }) => start[1] < before && (end === null || end[1] > from)));
    if (sick.length > 0)
      return doubt(
        several(sick.length, 'outage'),
        `writes already went wrong ${ms(before - Math.min(...sick.map((outage) => outage.start[1])))} before the fault`,
      );
    return pass(`${ms(baseline_ms)} of writes, all acknowledged`, 'the fault met a healthy service');
  },
};
