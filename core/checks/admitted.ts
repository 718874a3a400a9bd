import { admit } from '../admission.ts';
import type { Drill } from '../drill.ts';
import type { Evidence } from '../evidence.ts';
import type { Decision } from '../record.ts';
import type { ObservedTopology } from '../topology.ts';
import { byName, ms } from '../words.ts';
import { always, type CheckRule, doubt, type Finding, pass } from './check.ts';

/** Admission held at preflight and again right before the fault, and the fault hit whom it admitted. */
export const admitted: CheckRule = {
  name: 'admitted',
  kind: 'assumption',
  applies: always,
  wanted: () => 'admitted at preflight and at re-admission, and the victims hit are the victims admitted',
  find: (evidence) => {
    const { drill, record } = evidence;
    const last = record.admission.filter((decision) => decision.stage === 'readmission').at(-1);
    const refused = record.admission.find((decision) => !decision.admit);
    if (record.topology === null) return doubt('no topology', 'the topology could not be read, so nothing can be expected of it');
    if (refused !== undefined) return doubt(refused.inequality, `refused at ${refused.stage}`);
    if (last === undefined || !record.admission.some((decision) => decision.stage === 'preflight'))
      return doubt('a decision is missing', 'without both decisions nobody knows what was admitted');
    const again = refusedAgain(drill, record.topology);
    if (again !== undefined) return doubt(again.inequality, 'the recorded topology refuses when it is computed again');
    const untimely = outOfTime(evidence, last);
    if (untimely !== null) return untimely;
    if (record.victims.length === 0) return doubt('nobody was hit', 'a fault without a target is no fault');
    const [hit, wanted] = [record.victims, last.victims].map((names) => [...names].sort(byName).join(', '));
    if (hit !== wanted) return doubt(`hit ${hit}, admitted ${wanted}`, 'the fault hit other members than admission allowed');
    return pass(`hit ${hit}`, last.inequality);
  },
};

/** A record that says it was admitted is not believed: its topology is asked again. */
function refusedAgain(drill: Drill, topology: ObservedTopology): Decision | undefined {
  return admit(drill, topology, 'preflight', topology.observed_at).find((decision) => !decision.admit);
}

/** The start may be tried again for this long; an older re-admission says nothing about what the fault met. */
const oldest_ms = 60_000;

function outOfTime({ record, timeline }: Evidence, last: Decision): Finding | null {
  if (timeline.fault_at === null) return null;
  const early_ms = timeline.fault_at - last.at;
  if (early_ms > oldest_ms)
    return doubt(`re-admitted ${ms(early_ms)} before the fault`, 'what was admitted was no longer what the fault met');
  if (last.at > timeline.fault_at + record.probe.clock_uncertainty_ms)
    return doubt(`re-admitted ${ms(-early_ms)} after the fault`, 'what is admitted afterwards was not admitted');
  return null;
}
