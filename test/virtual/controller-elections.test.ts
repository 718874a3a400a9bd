import { describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import { mskControllersRolling } from '../../drills/msk-controllers-rolling.ts';
import { electionsBetween } from '../../lab/kafka/watch.ts';
import { event } from '../core/kafka/a-kafka-record.ts';
import { aControllersRoll, stepAt } from '../core/kafka/variants.ts';

describe('controller elections between two looks', () => {
  test.each<[number, number, [string, number][]]>([
    [4, 4, []],
    [5, 4, []],
    [4, 5, [['controller-101', 5]]],
    [
      4,
      7,
      [
        ['no controller that was seen', 5],
        ['no controller that was seen', 6],
        ['controller-101', 7],
      ],
    ],
  ])('from epoch %i to %i', (before, epoch, wanted) => {
    expect(electionsBetween(before, 'controller-101', epoch).map((each) => [each.name, each.epoch])).toEqual(wanted);
  });

  test.each<[number, number, string]>([
    [5, 1, 'pass'],
    [6, 2, 'pass'],
    [7, 3, 'fail'],
  ])('a look that finds epoch %i after 4 counts %i elections: %s', (epoch, controllers, verdict) => {
    const record = aControllersRoll();
    record.events = record.events.filter(({ what }) => what !== 'controller-elected');
    for (const each of electionsBetween(4, 'controller-101', epoch))
      record.events.push(event(stepAt(2) + 900, 'controller-elected', `in epoch ${each.epoch}`, each.name));
    const report = grade(mskControllersRolling, record);
    expect(report.elections).toMatchObject({ controllers, least_controllers: 1 });
    expect(report.checks.find(({ name }) => name === 'no-election-storm')?.verdict).toBe(verdict);
  });
});
