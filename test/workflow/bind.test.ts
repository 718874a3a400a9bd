import { expect, test } from 'vitest';
import { BadInput } from '../../core/errors.ts';
import { bind, bindByName, namesOf, resourcesOf } from '../../workflow/bind.ts';
import { drillDefinition, startExperiment } from '../../workflow/definition.ts';

const table = Object.fromEntries(namesOf(drillDefinition).map((name) => [name, `arn:aws:lambda:eu-west-1:123456789012:function:${name}`]));

test('every name is replaced, the literal stays, the file is left alone', () => {
  const before = JSON.stringify(drillDefinition);
  const resources = resourcesOf(bind(drillDefinition, table));
  expect(resources.toSorted()).toEqual([...Object.values(table), startExperiment].toSorted());
  expect(JSON.stringify(drillDefinition)).toBe(before);
});

test('an emulator may bring a stand-in for the literal', () => {
  expect(resourcesOf(bind(drillDefinition, { ...table, [startExperiment]: 'arn:stand-in' }))).toContain('arn:stand-in');
});

test('names bound to themselves serve an engine whose tasks are functions', () => {
  expect(resourcesOf(bindByName(drillDefinition))).toEqual([
    ...['Claim', 'Preflight', 'Witness', 'Readmit'],
    startExperiment,
    ...['Watch', 'Halt', 'Heal', 'Readback', 'Collect', 'Grade', 'Release'],
  ]);
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: the file spells its names like this
const unbound = '${Cure}';

test.each([
  ['a name without a resource', { Heal: undefined }, 'resource of Heal: got nothing bound to it'],
  ['an empty resource', { Heal: '' }, 'resource of Heal: got ""'],
  ['a resource that is a name itself', { Heal: unbound }, `resource of Heal: got "${unbound}"`],
  ['an entry that no task uses', { Cure: 'arn:x' }, 'got Cure, which no task uses'],
  ['an entry that every object has', { Heal: undefined, toString: 'arn:x' }, 'resource of Heal: got nothing'],
])('%s is refused', (_, change, message) => {
  const changed = Object.fromEntries(
    Object.entries({ ...table, ...change }).filter(([, resource]) => resource !== undefined),
  ) as typeof table;
  expect(() => bind(drillDefinition, changed)).toThrow(BadInput);
  expect(() => bind(drillDefinition, changed)).toThrow(message);
});
