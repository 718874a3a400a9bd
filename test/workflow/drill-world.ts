import { bindByName } from '../../workflow/bind.ts';
import { drillDefinition, startExperiment } from '../../workflow/definition.ts';
import type { Tasks } from '../../workflow/walk.ts';
import { start_at } from '../virtual/clock.ts';
import { type Script, scripted } from './machines.ts';

/** The drill file with every name bound to itself. */
export const drillMachine = bindByName(drillDefinition);

/** What a drill's functions answer when all goes well; a test changes what its walk is about. */
export const goodDay: { [resource: string]: Script } = {
  Claim: [{ answer: { status: 'claimed', plan: { drill: 'aurora-failover', baseline_s: 4, poll_s: 5 } } }],
  Preflight: [{ answer: { decision: 'admitted', why: 'margin 1' } }],
  Readmit: [{ answer: { decision: 'inject', step: 1, token: 'run-1/1', template: 'EXT1', why: 'margin 1' } }],
  [startExperiment]: [{ answer: { Experiment: { Id: 'EXP1', Actions: {} } } }],
  Watch: [{ answer: { next: 'wait', why: 'running' } }, { answer: { next: 'halt', why: 'done' } }],
  Halt: [{ answer: { halted: true } }],
  Heal: [{ answer: { status: 'wait', why: 'a segment is open' } }, { answer: { status: 'healed', why: 'steady' } }],
  Readback: [{ answer: { status: 'done', lanes: 2 } }],
  Collect: [{ answer: { status: 'wait', key: '' } }, { answer: { status: 'done', key: 'record' } }],
  Grade: [{ answer: { verdict: 'pass', grade: 'A', key: 'report' } }],
  Release: [{ answer: { outcome: 'graded', why: '' } }],
};

/** A world for the drill file: scripted functions, and witnesses that watch until they are halted, or until the row's deadline. */
export function drillWorld(change: { [resource: string]: Script } = {}, deadline_ms = 120_000, segment_ms = 600_000) {
  const world = scripted({ ...goodDay, ...change });
  const { clock, calls, tasks } = world;
  let halted = false;
  const witness = async (input: unknown) => {
    calls.push({ resource: 'Witness', at_ms: clock.now() - start_at, input });
    const until = clock.now() + segment_ms;
    while (!halted && clock.now() < until && clock.now() - start_at < deadline_ms) await clock.sleep(1000);
    return { next: halted || clock.now() - start_at >= deadline_ms ? 'over' : 'again', segment: 0 };
  };
  const halt = async (input: unknown) => {
    const answer = await tasks.Halt?.(input);
    halted = true;
    return answer;
  };
  const own: Tasks = { ...tasks, Halt: halt, ...(change.Witness ? {} : { Witness: witness }) };
  return { clock, calls, tasks: own };
}
