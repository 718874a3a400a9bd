import { admit } from '../admission.ts';
import type { Drill } from '../drill.ts';
import type { Evidence } from '../evidence.ts';
import { topologyAt } from '../kafka/sights.ts';
import type { Decision, Record } from '../record.ts';
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
    const refused = record.admission.find((decision) => !decision.admit);
    if (record.topology === null) return doubt('no topology', 'the topology could not be read, so nothing can be expected of it');
    if (refused !== undefined) return doubt(refused.inequality, `refused at ${refused.stage}`);
    const steps = stepsOf(record);
    if (steps === null || !record.admission.some((decision) => decision.stage === 'preflight'))
      return doubt('a decision is missing', 'without both decisions nobody knows what was admitted');
    const again = refusedAgain(drill, record.topology);
    if (again !== undefined) return doubt(again.inequality, 'the recorded topology refuses when it is computed again');
    for (const [index, step] of steps.entries()) {
      const done = steps.slice(0, index).flatMap(({ hit }) => hit);
      const wrong = outOfTime(evidence, step) ?? otherVictims(step) ?? movedSince(evidence, step, done);
      if (wrong !== null) return wrong;
    }
    return pass(
      `hit ${steps
        .flatMap(({ hit }) => hit)
        .sort(byName)
        .join(', ')}`,
      shown(record, steps.at(-1)?.last),
    );
  },
};

/** The last question decides, and among partitions, which come last, the worst comes first. */
function shown({ admission, topology }: Record, last: Decision | undefined): string {
  if (last === undefined) return '';
  const head = topology?.store === 'msk' ? `topic ${topology.topic} p` : null;
  const ofPartitions = admission.filter(
    ({ stage, at, inequality }) => stage === last.stage && at === last.at && head !== null && inequality.startsWith(head),
  );
  return (ofPartitions[0] ?? last).inequality;
}

/** What was admitted last before one experiment, when that began, and whom it hit. */
interface Step {
  last: Decision;
  start_at: number | null;
  hit: string[];
}

/**
 * Each experiment with the re-admission of its own step, both in their order; null where one of them has none. A record that
 * does not tell whom each experiment hit has one step.
 */
function stepsOf(record: Record): Step[] | null {
  const readmissions = record.admission.filter((decision) => decision.stage === 'readmission');
  const last = readmissions.at(-1);
  if (last === undefined) return null;
  const experiments = [...record.experiments].sort((a, b) => a.step - b.step);
  const numbers = [...new Set(readmissions.map(({ step = 0 }) => step))].sort((a, b) => a - b);
  const told = experiments.every(({ victims }) => victims !== undefined);
  if (!told || (experiments.length <= 1 && numbers.length === 1)) return [{ last, start_at: null, hit: record.victims }];
  if (numbers.length !== experiments.length) return null;
  return experiments.flatMap(({ start_at, victims = [] }, index) => {
    const own = readmissions.filter(({ step = 0 }) => step === numbers[index]).at(-1);
    return own === undefined ? [] : [{ last: own, start_at, hit: victims }];
  });
}

function otherVictims({ hit, last }: Step): Finding | null {
  if (hit.length === 0) return doubt('nobody was hit', 'a fault without a target is no fault');
  const [seen, wanted] = [hit, last.victims].map((names) => [...names].sort(byName).join(', '));
  return seen === wanted ? null : doubt(`hit ${seen}, admitted ${wanted}`, 'the fault hit other members than admission allowed');
}

/** A record that says it was admitted is not believed: its topology is asked again. */
function refusedAgain(drill: Drill, topology: ObservedTopology): Decision | undefined {
  return admit(drill, topology, 'preflight', topology.observed_at).find((decision) => !decision.admit);
}

/**
 * Leaders and replicas as the probe saw them when the step began are asked again: they may have moved since it was admitted.
 * Whether a roll took the next broker too early is a promise of its own, which that breaks.
 */
function movedSince({ drill, record, timeline }: Evidence, { hit, start_at }: Step, done: string[]): Finding | null {
  const began_at = start_at ?? timeline.fault_at;
  if (record.topology?.store !== 'msk' || began_at === null) return null;
  // What was seen at the very instant at which it began is its doing.
  const from_at = began_at - Math.max(1, record.probe.clock_uncertainty_ms);
  const decisions = admit(drill, topologyAt(record, record.topology, from_at), 'preflight', from_at, done);
  const [seen, wanted] = [hit, decisions[0]?.victims ?? []].map((names) => [...names].sort(byName).join(', '));
  if (seen !== wanted) return doubt(`hit ${seen}, and when it began the victims were ${wanted}`, 'leaders moved after they were admitted');
  if (done.length > 0 && drill.promises.includes('full-isr-between-steps')) return null;
  const refused = decisions.find((decision) => !decision.admit);
  return refused === undefined ? null : doubt(refused.inequality, 'refused by what the probe saw when the fault began');
}

/** The start may be tried again for this long; an older re-admission says nothing about what the fault met. */
const oldest_ms = 60_000;

function outOfTime({ record, timeline }: Evidence, { last, start_at }: Step): Finding | null {
  const began_at = start_at ?? timeline.fault_at;
  if (began_at === null) return null;
  const early_ms = began_at - last.at;
  if (early_ms > oldest_ms)
    return doubt(`re-admitted ${ms(early_ms)} before the fault`, 'what was admitted was no longer what the fault met');
  if (last.at > began_at + record.probe.clock_uncertainty_ms)
    return doubt(`re-admitted ${ms(-early_ms)} after the fault`, 'what is admitted afterwards was not admitted');
  return null;
}
