import { expect, test } from 'vitest';
import { claim } from '../../lambdas/claim.ts';
import { haltOn } from '../../lambdas/halt.ts';
import { virtualWorld } from '../virtual/world.ts';

const claimed = { run: 'run-1', execution: 'e', input: { drill: 'virtual-failover' } };

test('an interruption halts the run', async () => {
  const { tools } = virtualWorld();
  const person = new AbortController();
  await claim(tools)(claimed);
  const { off } = haltOn(person.signal, tools, 'run-1');
  person.abort('SIGINT');
  await expect.poll(async () => (await tools.runs.read('run-1'))?.halt).toMatchObject({ by: 'person', why: 'interrupted by SIGINT' });
  off();
});

test.each([
  ['before anybody listened', (person: AbortController, listen: () => void) => [person.abort('SIGTERM'), listen()]],
  ['before there was a row', (person: AbortController, listen: () => void) => [listen(), person.abort('SIGTERM')]],
])('an interruption %s is not lost', async (_, begin) => {
  const { tools } = virtualWorld();
  const person = new AbortController();
  let again = async (): Promise<void> => undefined;
  begin(person, () => {
    again = haltOn(person.signal, tools, 'run-1').again;
  });
  await claim(tools)(claimed);
  await again();
  expect((await tools.runs.read('run-1'))?.halt).toMatchObject({ by: 'person', why: 'interrupted by SIGTERM' });
});

test('nobody interrupts, nothing halts', async () => {
  const { tools } = virtualWorld();
  await claim(tools)(claimed);
  await haltOn(new AbortController().signal, tools, 'run-1').again();
  expect((await tools.runs.read('run-1'))?.halt).toBeNull();
});
