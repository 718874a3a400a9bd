import type { Drill } from '../core/drill.ts';
import type { Suite } from '../lambdas/aws/settings.ts';
import { costOf } from '../lambdas/cost.ts';
import { keptBecause } from '../lambdas/new-run.ts';
import { closedBecause, freshTopology, guardBecause } from '../lambdas/safety.ts';
import type { Tools } from '../lambdas/tools.ts';
import type { Prospect } from './place.ts';
import { placeOfTarget } from './targets.ts';

/** MSK brings a broker back in 5 to 15 minutes; the longer is planned with. */
const managed_restart_s = 900;

/** About what healing and waiting for late points take on AWS, and the least that FIS counts for a step. */
const usual = { heal_s: 60, collect_s: 180, action_minutes: 1 };

export interface ProspectParts {
  tools: Tools;
  suite: Suite;
  memory_mb: { [task: string]: number };
  /** How many metrics a drill's recovery is read from. */
  metricsRead(drill: Drill): Promise<number>;
}

/** What a run on AWS would meet now. Reads, and changes nothing; what cannot be read would be refused. */
export async function prospectOnAws(drill: Drill, { tools, suite, memory_mb, metricsRead }: ProspectParts): Promise<Prospect> {
  const now = tools.clock.now();
  const { deadline_s, heal_deadline_s } = drill.window;
  const lease = await tools.runs.lease(tools.topology.store(drill));
  const [closed, guard, seen] = await Promise.all([
    closedBecause(tools, now, now + (deadline_s + heal_deadline_s) * 1_000),
    guardBecause(tools, drill),
    freshTopology(tools, drill),
  ]);
  const kept = lease === undefined ? null : keptBecause(lease);
  const topology = 'why' in seen ? null : seen.topology;
  const refusals = [kept, closed, guard, 'why' in seen ? seen.why : null].filter((why) => why !== null);
  // A store that cannot be read says nothing of its metrics either, and is refused anyway.
  const metrics_read = topology === null ? null : await metricsRead(drill);
  return {
    topology,
    refusals,
    touches: touchesOf(drill, suite),
    fault_s: drill.fault.kind === 'broker-restart' ? managed_restart_s : 0,
    cost:
      metrics_read === null
        ? null
        : (load_s, steps) =>
            costOf(drill, { memory_mb, metrics_read }, { ...usual, load_s, steps, action_minutes: usual.action_minutes * steps }),
  };
}

function touchesOf(drill: Drill, suite: Suite): Prospect['touches'] {
  const target = suite.targetOf(drill);
  return [
    ['target', `${target.name}: ${placeOfTarget(target)}`],
    ['in', `account ${suite.settings.account}, ${target.region}`],
    ['template', suite.templateOf(drill)],
  ];
}
