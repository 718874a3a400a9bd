import type { Drill } from '../core/drill.ts';
import type { Suite } from '../lambdas/aws/settings.ts';
import { keptBecause } from '../lambdas/new-run.ts';
import { closedBecause, freshTopology, guardBecause } from '../lambdas/safety.ts';
import type { Tools } from '../lambdas/tools.ts';
import type { Prospect } from './place.ts';
import { placeOfTarget } from './targets.ts';

/** MSK brings a broker back in 5 to 15 minutes; the longer is planned with. */
const managed_restart_s = 900;

/** What a run on AWS would meet now. Reads, and changes nothing; what cannot be read would be refused. */
export async function prospectOnAws(drill: Drill, tools: Tools, suite: Suite): Promise<Prospect> {
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
  return { topology, refusals, touches: touchesOf(drill, suite), fault_s: drill.fault.kind === 'broker-restart' ? managed_restart_s : 0 };
}

function touchesOf(drill: Drill, suite: Suite): Prospect['touches'] {
  const target = suite.targetOf(drill);
  return [
    ['target', `${target.name}: ${placeOfTarget(target)}`],
    ['in', `account ${suite.settings.account}, ${target.region}`],
    ['template', suite.templateOf(drill)],
  ];
}
