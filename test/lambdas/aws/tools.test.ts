import { expect, test } from 'vitest';
import { calendar, everyPart } from '../../../lambdas/aws/parts.ts';
import { awsTools, NotCarried } from '../../../lambdas/aws/tools.ts';
import { drillNamed, drillsFile, environment, placed } from './a-suite.ts';

const tools = awsTools(everyPart, environment(), drillsFile());

test('the drills are those of the suite, each on its own store', () => {
  expect(tools.drills).toEqual(placed);
  expect(placed.map((drill) => tools.topology.store(drill))).toEqual(['orders-kafka', 'orders-db', 'control']);
  expect(tools.source).toBe('aws');
});

test('the template comes from the settings; without one the message says what to do', () => {
  expect(tools.faults.template(drillNamed('aurora-failover'))).toBe('EXT2');
  expect(() => tools.faults.template(drillNamed('etcd-snapshot-restore'))).toThrow('none for etcd-snapshot-restore');
});

test('a function of the suite carries no driver, and says so when it is asked to watch', async () => {
  const lanes = [{ lane: 'writer#0', count: 1 }];
  await expect(tools.probe.readback('run-1', drillNamed('msk-broker-reboot'), lanes)).rejects.toThrow(/without a driver/);
});

test('a part that its entry does not name is refused by name', () => {
  const few = awsTools([calendar], environment(), drillsFile());
  expect(few.calendar.open).toBeTypeOf('function');
  expect(() => few.evidence).toThrow(NotCarried);
  expect(() => few.evidence).toThrow('asked for evidence');
});

test('settings that are wrong stop the function before it does anything', () => {
  expect(() => awsTools(everyPart, environment({ table: '' }), drillsFile())).toThrow('setting DRILL_SUITE table');
});

test('the clock never goes back', () => {
  const times = Array.from({ length: 100 }, () => tools.clock.now());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
