import type { Drill } from '../../core/drill.ts';
import { checkDrill } from '../../core/drill-check.ts';
import { BadInput } from '../../core/errors.ts';
import { drills } from '../../drills/index.ts';
import { onAws } from '../../drills/on-aws.ts';
import { drillDefinition } from '../../workflow/definition.ts';
import { taskTimeouts } from '../task-timeouts.ts';
import { movesMetric } from './moved-metrics.ts';
import type { Config, DrillOnTarget, TargetConfig } from './schema.ts';

/** What a witness takes after its load to drain and to store its segment. */
const drain_s = 60;

const next = 'mend it in drill.config.ts';

/** The drills of each target, as they mean there. Throws BadInput for one that is unknown, placed twice, or cannot mean what it says. */
export function placedDrills({ targets }: Config): { [target: string]: Drill[] } {
  const places = new Map<string, string>();
  const placed: { [target: string]: Drill[] } = {};
  for (const [name, target] of Object.entries(targets)) {
    placed[name] = Object.entries(target.drills).map(([drill, on]) => drillOn(`targets.${name}.drills.${drill}`, target, drill, on));
    for (const { name: drill } of placed[name]) {
      const other = places.get(drill);
      if (other !== undefined)
        throw new BadInput(
          `targets.${name}.drills`,
          `${drill}, which runs on ${other} already`,
          'each drill on one target',
          'give the other target a suite of its own',
        );
      places.set(drill, name);
    }
  }
  return placed;
}

function drillOn(path: string, target: TargetConfig, name: string, on: DrillOnTarget): Drill {
  // A rig is the lab's: a drill that needs one means nothing on a cluster that cannot be rigged.
  const known = drills.filter((drill) => drill.store === target.store && drill.rig === undefined);
  const drill = known.find((each) => each.name === name);
  if (drill === undefined) throw new BadInput(path, 'an unknown drill', `one of ${known.map((each) => each.name).join(', ')}`, next);
  for (const { alarm, metric } of on.guards) {
    if (movesMetric(target.store, metric))
      throw new BadInput(`${path}.guards`, `${alarm} on ${metric}`, 'a metric that the drill itself does not move', 'guard a bystander');
  }
  const there = onAws(drill);
  const configured = {
    ...there,
    topology: { ...there.topology, ...on.topology },
    limits: { ...there.limits, ...on.limits },
    load: { ...there.load, ...on.load },
    window: { ...there.window, ...on.window },
    guards: on.guards.map(({ alarm }) => alarm),
  } as Drill;
  check(path, configured);
  return configured;
}

function check(path: string, drill: Drill): void {
  try {
    checkDrill(drill);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    // The drill's file is ours; what was wrong is what the configuration made of it.
    error.message = error.message.replace(`drill ${drill.name} `, `${path}: `).replace(error.next, next);
    throw error;
  }
  const life_s = taskTimeouts(drillDefinition).get('Witness') ?? 0;
  if (drill.window.segment_s + drain_s > life_s)
    throw new BadInput(
      `${path}.window.segment_s`,
      `${drill.window.segment_s} s`,
      `at most ${life_s - drain_s} s, so that a witness can end before its function`,
      next,
    );
}
