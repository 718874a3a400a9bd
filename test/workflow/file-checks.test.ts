import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { bind, namesOf, resourcesOf } from '../../workflow/bind.ts';
import { drillDefinition } from '../../workflow/definition.ts';
import { checkFile, rules } from '../../workflow/file-checks.ts';
import { resultFieldsRead } from '../../workflow/file-paths.ts';
import type { StateMachine } from '../../workflow/state-machine.ts';
import { breaks, task } from './file-breaks.ts';

test('the drill file keeps every rule', () => {
  expect(checkFile(drillDefinition)).toEqual([]);
});

describe('asl-validator, on a clone because it changes what it reads', () => {
  const arns = Object.fromEntries(namesOf(drillDefinition).map((name) => [name, `arn:aws:lambda:eu-west-1:123456789012:function:${name}`]));
  const check = (file: StateMachine) => validate(structuredClone(file)).errorsText('\n');

  test('finds nothing in the bound drill file', () => {
    expect(check(bind(drillDefinition, arns))).toBe('');
  });

  test('finds a target that does not exist', () => {
    const file = bind(drillDefinition, arns);
    task(file, 'Grade').Next = 'Nowhere';
    expect(check(file)).toContain('Nowhere');
  });

  test.each(['paths-seeded', 'catch-forward', 'retry-names', 'timeout', 'catch-all-alone'])(
    'does not see what %s is about, so our own rule stays',
    (name) => {
      const file = bind(drillDefinition, arns);
      breaks.find((entry) => entry.rule === name)?.mutate(file);
      expect(check(file)).toBe('');
    },
  );
});

describe('a file that breaks a rule is found, under that rule and state alone', () => {
  test.each(breaks)('$rule: a file that $file', ({ rule: name, state: where, mutate }) => {
    const file = structuredClone(drillDefinition);
    mutate(file);
    expect(new Set(checkFile(file).map((finding) => `${finding.rule} at ${finding.state}`))).toEqual(new Set([`${name} at ${where}`]));
  });

  test('every rule has a file that breaks it', () => {
    expect([...new Set(breaks.map(({ rule: name }) => name))].toSorted()).toEqual(Object.keys(rules).toSorted());
  });

  test('two SDK tasks are both named', () => {
    const file = structuredClone(drillDefinition);
    task(file, 'Readback').Resource = 'arn:aws:states:::aws-sdk:rds:describeDBClusters';
    expect(
      checkFile(file)
        .filter((finding) => finding.rule === 'one-sdk-task')
        .map((finding) => finding.state),
    ).toEqual(['Start', 'Readback']);
  });
});

test('handlers know which fields they must always answer', () => {
  expect(resultFieldsRead(drillDefinition)).toEqual({
    Claim: ['status', 'plan.drill', 'plan.baseline_s', 'plan.poll_s'],
    Preflight: ['decision'],
    WitnessEven: ['next'],
    WitnessOdd: ['next'],
    Readmit: ['decision', 'token', 'template'],
    Start: ['id'],
    Watch: ['next'],
    Heal: ['status'],
    Collect: ['status'],
    Grade: ['verdict'],
    Release: ['outcome'],
  });
});

test('the file names eleven functions and one SDK call', () => {
  expect(namesOf(drillDefinition)).toEqual([
    'Claim',
    'Preflight',
    'Witness',
    'Readmit',
    'Watch',
    'Halt',
    'Heal',
    'Readback',
    'Collect',
    'Grade',
    'Release',
  ]);
  expect(resourcesOf(drillDefinition)).toHaveLength(12);
});
