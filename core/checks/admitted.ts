import { byName } from '../words.ts';
import { always, type CheckRule, doubt, pass } from './check.ts';

/** Admission held at preflight and again right before the fault, and the fault hit whom it admitted. */
export const admitted: CheckRule = {
  name: 'admitted',
  kind: 'assumption',
  applies: always,
  wanted: () => 'admitted at preflight and at re-admission, and the victims hit are the victims admitted',
  find: ({ record }) => {
    const last = record.admission.filter((decision) => decision.stage === 'readmission').at(-1);
    const refused = record.admission.find((decision) => !decision.admit);
    if (record.topology === null) return doubt('no topology', 'the topology could not be read, so nothing can be expected of it');
    if (refused !== undefined) return doubt(refused.inequality, `refused at ${refused.stage}`);
    if (last === undefined || !record.admission.some((decision) => decision.stage === 'preflight'))
      return doubt('a decision is missing', 'without both decisions nobody knows what was admitted');
    if (record.victims.length === 0) return doubt('nobody was hit', 'a fault without a target is no fault');
    const [hit, wanted] = [record.victims, last.victims].map((names) => [...names].sort(byName).join(', '));
    if (hit !== wanted) return doubt(`hit ${hit}, admitted ${wanted}`, 'the fault hit other members than admission allowed');
    return pass(`hit ${hit}`, last.inequality);
  },
};
