import { admit, stepsOf, victimsOf } from '../core/admission.ts';
import type { Drill } from '../core/drill.ts';
import { BadInput } from '../core/errors.ts';
import { expectClasses, expectRecovery } from '../core/expectation.ts';
import type { ObservedTopology } from '../core/topology.ts';
import { type Plan, renderPlan } from '../report/plan.ts';
import { drillNamed } from './drill-named.ts';
import { duration_s } from './duration.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';
import { type PlaceOptions, placeOf } from './place.ts';

/** `drill plan NAME`: what a run would do; starts nothing. 3 when the drill would be refused. */
export async function plan(name: string, options: PlaceOptions, out: Output): Promise<number> {
  const place = await placeOf(options);
  const drill = drillNamed(name, place.drills);
  const { topology, refusals, touches, fault_s, cost } = await place.prospect(drill);
  const planned: Plan = { drill, ...(topology === null ? unseen(drill, fault_s) : computed(drill, topology, fault_s)), touches };
  planned.refusal = refusals[0] ?? planned.refusal;
  planned.cost = cost === null ? null : cost(planned.duration_s, Math.max(1, planned.steps?.length ?? 1));
  await print(out.json ? JSON.stringify({ ...planned, refusals, topology }, null, 2) : renderPlan(planned, out));
  return planned.refusal === null ? exit.pass : exit.refused;
}

type Computed = Omit<Plan, 'drill'>;

function computed(drill: Drill, topology: ObservedTopology, fault_s: number): Computed {
  const decisions = admit(drill, topology, 'plan', topology.observed_at);
  const victims = victimsOf(drill, topology);
  const steps = stepsPlanned(drill, topology);
  return {
    decisions,
    victims,
    ...expectedOf(drill, topology, victims),
    duration_s: duration_s(drill, Math.max(1, steps.length), fault_s),
    refusal: decisions.find((decision) => !decision.admit)?.inequality ?? null,
    steps,
  };
}

/** Nothing is computed from a topology that nobody can read. */
function unseen(drill: Drill, fault_s: number): Computed {
  return { decisions: [], victims: [], expected: 'the topology cannot be read', duration_s: duration_s(drill, 1, fault_s), refusal: null };
}

/** Where nothing can be expected, admission has refused already: the plan says why instead. */
function expectedOf(drill: Drill, topology: ObservedTopology, victims: string[]): Pick<Plan, 'expected' | 'classes'> {
  try {
    const classes = expectClasses(drill, topology, victims).map(({ reasons: _, ...each }) => each);
    return { expected: expectRecovery(drill, topology, victims), classes };
  } catch (error) {
    if (error instanceof BadInput) return { expected: error.message };
    throw error;
  }
}

/** Whom each step of a roll would hit and whether it would be admitted then; nothing for a fault in one step. */
function stepsPlanned(drill: Drill, topology: ObservedTopology): { victims: string[]; refusal: string | null }[] {
  const count = stepsOf(drill, topology);
  if (count < 2) return [];
  const done: string[] = [];
  return Array.from({ length: count }, () => {
    const victims = victimsOf(drill, topology, done);
    const decisions = admit(drill, topology, 'plan', topology.observed_at, done);
    done.push(...victims);
    return { victims, refusal: decisions.find((decision) => !decision.admit)?.inequality ?? null };
  });
}
