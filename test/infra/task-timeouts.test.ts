import { describe, expect, test } from 'vitest';
import { drills } from '../../drills/index.ts';
import { placedDrills } from '../../infra/config/drills.ts';
import { readConfig } from '../../infra/config/read-config.ts';
import { taskTimeout_s, taskTimeouts } from '../../infra/task-timeouts.ts';
import { late_points_ms, windowFault } from '../../lambdas/deadlines.ts';
import { drillDefinition } from '../../workflow/definition.ts';
import { statesOf } from '../../workflow/file-graph.ts';
import { call_events, limits } from '../../workflow/history.ts';
import { everyKind } from './a-config.ts';

describe('the time that a function has', () => {
  test('no function is allowed more than Lambda can give, whatever the file says, nor more than the shortest of its states', () => {
    const changed = (name: string, TimeoutSeconds: number) => {
      const file = structuredClone(drillDefinition);
      for (const { name: other, state } of statesOf(file)) if (other === name) Object.assign(state, { TimeoutSeconds });
      return taskTimeouts(file);
    };
    expect(changed('Readback', 3600).get('Readback')).toBe(900);
    expect(changed('WitnessOdd', 100).get('Witness')).toBe(85);
  });

  const configured = Object.values(placedDrills(readConfig(everyKind))).flat();

  test.each([...drills, ...configured])(
    '$name: a witness has a minute to drain and to store its segment before its function is ended',
    ({ window }) => {
      expect(window.segment_s + 60).toBeLessThanOrEqual(taskTimeouts(drillDefinition).get('Witness') ?? 0);
    },
  );

  test.each([...drills, ...configured])(
    '$name: its polls fit the history of an execution, even when each takes as long as it may',
    ({ window }) => {
      const polls = (window.deadline_s + window.heal_deadline_s + late_points_ms / 1000) / window.poll_s;
      const events_a_poll = 2 + call_events + 2 + 2;
      expect(polls * events_a_poll).toBeLessThan(limits.history_events / 2);
    },
  );

  test.each(configured)('$name fits the workflow as it is configured', (drill) => expect(windowFault(drill)).toBeNull());

  test('of the sweeper is all that Lambda gives, and a task without a state has none', () => {
    expect(taskTimeout_s('Sweep')).toBe(900);
    expect(() => taskTimeout_s('Sing')).toThrow('task Sing: got no state for it');
  });
});
