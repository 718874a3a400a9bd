import { expect, test } from 'vitest';
import type { Boundary } from '../../workflow/walk.ts';
import { virtualRoll } from '../virtual/drill.ts';
import { endsWell, run, type Walk, walkHere, worldOf } from './walk.ts';

/** The process that runs the execution is gone. */
class Crash extends Error {
  override name = 'Crash' as const;
}

interface Place {
  state: string;
  when: 'before' | 'after';
  n: number;
}

const walks: Walk[] = [
  { name: 'a drill that passes', ends: 'SUCCEEDED' },
  {
    name: 'a drill that needs every kind of healing',
    ends: 'DrillInconclusive',
    knobs: { course: { start: 'answer-lost', ends_as: null }, resilience: { rejoin_ms: null } },
  },
  { name: 'a roll', ends: 'SUCCEEDED', input: { drill: virtualRoll.name }, knobs: { kafka: {} } },
  {
    name: 'a roll whose second start loses its answer',
    ends: 'DrillInconclusive',
    input: { drill: virtualRoll.name },
    knobs: { kafka: {}, course: { start: 'answer-lost', at_start: 2 } },
  },
];

/** Every boundary that a walk crosses. */
async function boundariesOf(walk: Walk): Promise<Place[]> {
  const places: Place[] = [];
  const boundary: Boundary = (state, when, n) => void places.push({ state, when, n });
  await walkHere(await worldOf(walk), walk, { boundary });
  return places;
}

test.each(walks)('$name is healed by the sweeper after a crash at each of its boundaries', async (walk) => {
  const places = await boundariesOf(walk);
  expect(new Set(places.map((place) => place.state)).size).toBeGreaterThanOrEqual(10);
  for (const place of places) {
    const world = await worldOf(walk);
    const boundary: Boundary = (state, when, n) => {
      if (state === place.state && when === place.when && n === place.n) throw new Crash(`${when} ${state} ${n}`);
    };
    await expect(walkHere(world, walk, { boundary })).rejects.toThrow(Crash);
    await endsWell(world).catch((error: unknown) => {
      throw new Error(`after a crash ${place.when} call ${place.n} of ${place.state}`, { cause: error });
    });
    // A drill that broke something is graded, whoever was there to see its end.
    const started = world.experiments.all().length > 0;
    if (started)
      expect(await world.evidence.get(`${run}/report.json`), `${place.when} ${place.state} ${place.n}`).toMatchObject({ version: 1 });
  }
});

test('without the sweeper a crash leaves the store held and the fault on: the check above can fail', async () => {
  const walk: Walk = { name: 'crash', ends: 'none', knobs: { resilience: { rejoin_ms: null } } };
  const world = await worldOf(walk);
  const boundary: Boundary = (state, when) => {
    if (state === 'Start' && when === 'after') throw new Crash('after Start');
  };
  await expect(walkHere(world, walk, { boundary })).rejects.toThrow(Crash);
  expect(await world.tools.runs.lease('virtual-aurora')).toMatchObject({ state: 'held', run });
  expect(world.cluster.lost()).toEqual(['pg-1']);
});
