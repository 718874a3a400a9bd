import type { Evidence } from '../evidence.ts';
import { figure, ms, several } from '../words.ts';
import { always, type CheckRule, doubt, type Finding, pass } from './check.ts';

/** At least one witness watched at every moment in which an outage could begin or end. */
export const coverage: CheckRule = {
  name: 'coverage',
  kind: 'assumption',
  applies: always,
  wanted: () => 'a witness watching from before the fault until 10 s of clean writes after it',
  find: (evidence) => {
    const fault_at = evidence.timeline.fault_at;
    if (fault_at === null || evidence.watch === null) {
      return doubt('nothing watched', fault_at === null ? 'nothing tells when to watch' : 'no lane went through the service endpoint');
    }
    const { window, holes } = evidence.watch;
    const length = ms(window.to - window.from);
    const healing_at = evidence.timeline.events.find((event) => event.what === 'healing')?.at;
    if (healing_at === undefined) return doubt('no time of healing', 'nothing tells whether what came back did so by our own doing');
    // What comes back once we undo the fault ourselves says nothing about the system's own recovery.
    if (window.to > healing_at + evidence.record.probe.clock_uncertainty_ms)
      return doubt(
        `only ${ms(healing_at - fault_at)} before healing`,
        `healing began before ${length} were watched, so what came back after it may be our own doing`,
      );
    const told = untold(evidence);
    if (told !== null) return told;
    if (holes.length === 0)
      return pass(`${length} watched without a hole`, deaths(evidence) || 'one of the witnesses watched at every moment');
    const named = holes.slice(0, 5).map((hole) => `${figure(hole.from - fault_at)} to ${ms(hole.to - fault_at)}`);
    const more = holes.length > named.length ? `, and ${holes.length - named.length} more` : '';
    return doubt(
      `${several(holes.length, 'hole')} in ${length}`,
      `no witness watched from ${named.join(', ')}${more} after the fault, where an outage could begin or end${deaths(evidence) && `; ${deaths(evidence)}`}`,
    );
  },
};

/** Every attempt that was not acknowledged belongs to an outage; a lane that does not add up hides one. */
function untold({ record, service }: Evidence): Finding | null {
  const died = new Set(record.probe.segments.filter((segment) => segment.died).map((segment) => segment.segment));
  const lanes = service.flatMap((line) => line.lanes).filter((lane) => !died.has(lane.segment));
  for (const lane of lanes) {
    const wrong = lane.attempts.failed + lane.attempts.indeterminate;
    const told = lane.outages.reduce((sum, outage) => sum + outage.attempts, 0);
    if (wrong > told)
      return doubt(
        `${figure(told)} of ${figure(wrong)} in outages`,
        `attempts of ${lane.lane} went wrong and belong to no outage that it tells of`,
      );
  }
  return null;
}

function deaths({ record }: Evidence): string {
  const died = record.probe.segments
    .filter((segment) => segment.died)
    .map((segment) => `witness ${segment.witness} died in segment ${segment.segment}`);
  return died.sort().join(', ');
}
