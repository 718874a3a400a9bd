import { expect, test } from 'vitest';
import { readSuite, sourceOf } from '../../../lambdas/aws/settings.ts';
import { drillNamed, drillsFile, environment, placed, settings } from './a-suite.ts';

const [kafka, aurora] = settings.targets;

test('a suite knows its drills, their targets and their templates', () => {
  const suite = readSuite(environment(), drillsFile());
  expect(suite.drills).toEqual(placed);
  expect(suite.settings).toEqual(settings);
  expect(suite.targetOf(drillNamed('aurora-failover'))).toEqual(aurora);
  expect(suite.targetNamed('orders-kafka')).toEqual(kafka);
  expect(suite.templateOf(drillNamed('msk-broker-reboot'))).toBe('EXT1');
  expect(suite.source).toBe('aws');
});

test.each<[string, object, string]>([
  ['no table', { table: undefined }, 'setting DRILL_SUITE table: got nothing, wanted string; deploy the suite again'],
  ['an empty bucket', { bucket: '' }, 'setting DRILL_SUITE bucket: got "", wanted something in it'],
  ['calendars as a text', { calendars: 'freeze' }, 'setting DRILL_SUITE calendars: got "freeze", wanted array'],
  ['no target', { targets: [] }, 'setting DRILL_SUITE targets: got [], wanted something in it'],
  ['a store nobody knows', { targets: [{ ...kafka, store: 'mysql' }] }, 'wanted msk, aurora or etcd as its store'],
  ['a way to log in nobody knows', { targets: [{ ...kafka, auth: 'scram' }] }, 'targets.0.auth: got "scram", wanted one of iam, tls'],
  ['a field too many', { color: 'red' }, 'wanted no color'],
  ['a drill without a place', { placed: {} }, 'placed.msk-broker-reboot: got nothing, wanted the name of a target of msk'],
  [
    'a drill placed nowhere',
    { placed: { ...settings.placed, 'aurora-failover': 'x' } },
    "placed.aurora-failover: got 'x', which is no target",
  ],
  [
    'a drill on a store of another kind',
    { placed: { ...settings.placed, 'aurora-failover': 'orders-kafka' } },
    "got 'orders-kafka' of msk, wanted the name of a target of aurora",
  ],
])('%s is refused by its path', (_, changed, message) => {
  expect(() => readSuite(environment(changed), drillsFile())).toThrow(
    expect.objectContaining({ name: 'BadInput', message: expect.stringContaining(message) }),
  );
});

test.each<[string, string | undefined, string]>([
  ['nothing', undefined, 'setting DRILL_SUITE: got nothing, wanted JSON'],
  ['half of it', '{"table":', 'wanted JSON'],
])('DRILL_SUITE with %s', (_, DRILL_SUITE, message) => {
  expect(() => readSuite({ DRILL_SUITE }, drillsFile())).toThrow(message);
});

test.each<[string, string, string]>([
  ['cut short', '[{', 'drills.json: got "[{", wanted JSON'],
  ['no list', '{}', 'drills.json: got object, wanted a list of drills'],
  ['no drills', '[1]', 'drills.json: got 1, wanted drills'],
  ['a drill that cannot mean what it says', JSON.stringify([{ ...placed[0], promises: [] }]), 'drill msk-broker-reboot promises'],
])('a file of drills that is %s', (_, content, message) => {
  expect(() => readSuite(environment(), drillsFile(content))).toThrow(message);
});

test('no file of drills at all says where it was looked for', () => {
  expect(() => readSuite(environment(), new URL('file:///nowhere/drills.json'))).toThrow(
    /drills.json beside the code: got ENOENT.*\/nowhere/,
  );
});

test('what was never asked for has no template and no target', () => {
  const suite = readSuite(environment(), drillsFile());
  expect(() => suite.templateOf(drillNamed('etcd-snapshot-restore'))).toThrow('none for etcd-snapshot-restore');
  expect(() => suite.targetOf(drillNamed('msk-zone-loss'))).toThrow('wanted one of orders-kafka, orders-db, control');
});

test.each<[string, { [name: string]: string }, string, string]>([
  ['a real account', {}, '210987654321', 'aws'],
  ['a dummy account', {}, '000000000000', 'emulator'],
  ['an endpoint for everything', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, '210987654321', 'emulator'],
  ['an endpoint for one service', { AWS_ENDPOINT_URL_FIS: 'http://127.0.0.1:4566' }, '210987654321', 'emulator'],
])('%s: %j in %s is %s', (_, env, account, source) => {
  expect(sourceOf(env, account)).toBe(source);
});
