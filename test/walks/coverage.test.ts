import { expect, test } from 'vitest';
import type { StateMachine } from '../../workflow/state-machine.ts';
import type { StateNews } from '../../workflow/walk.ts';
import { walks } from './catalogue.ts';
import { throwingWalks } from './throwing.ts';
import { machine, walkHere, worldOf } from './walk.ts';

/** Names of all states, and of those with a Catch, branches included. */
function statesOf(part: StateMachine): { all: string[]; catching: string[] } {
  const inner = Object.values(part.States).flatMap((state) => (state.Type === 'Parallel' ? state.Branches.map(statesOf) : []));
  const own = Object.entries(part.States);
  const catching = own.flatMap(([name, state]) => ('Catch' in state && state.Catch !== undefined ? [name] : []));
  return {
    all: [...own.map(([name]) => name), ...inner.flatMap((each) => each.all)],
    catching: [...catching, ...inner.flatMap((each) => each.catching)],
  };
}

test('the walks together enter every state and take every Catch of the file', async () => {
  const seen: { [kind in StateNews['kind']]: Set<string> } = {
    entered: new Set(),
    exited: new Set(),
    retried: new Set(),
    caught: new Set(),
  };
  for (const walk of [...walks, ...throwingWalks]) {
    const world = await worldOf(walk);
    await walkHere(world, walk, { onState: (news) => seen[news.kind].add(news.state) });
  }
  const { all, catching } = statesOf(machine);
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter((name) => !seen.entered.has(name))).toEqual([]);
  expect(catching.filter((name) => !seen.caught.has(name))).toEqual([]);
});
