import { expect, test } from 'vitest';
import type { EtcdTopology } from '../../core/topology.ts';
import { claim } from '../../lambdas/claim.ts';
import { collect } from '../../lambdas/collect.ts';
import { preflight } from '../../lambdas/preflight.ts';
import { readback } from '../../lambdas/readback.ts';
import { unsteadyBecause } from '../../lambdas/steady.ts';
import { keys } from '../../lambdas/store-evidence.ts';
import type { Faults } from '../../lambdas/tools.ts';
import { anEtcdTopology } from '../core/an-etcd-record.ts';
import { aRestore } from '../core/etcd-stories.ts';
import { virtualWorld } from '../virtual/world.ts';

const view = anEtcdTopology();
const sick: EtcdTopology = { ...view, members: view.members.map((member, index) => ({ ...member, healthy: index > 0 })) };

test.each<[string, EtcdTopology, EtcdTopology | null, string | null]>([
  ['all well', view, view, null],
  ['another leader in a later term', { ...view, leader: 'etcd-3', term: 9 }, view, null],
  ['no leader', { ...view, leader: null, term: 3 }, view, 'no leader in term 3'],
  ['a member that was well', sick, view, 'not healthy: etcd-1'],
  ['a member that was sick before', sick, sick, null],
  ['nobody knows how it was before', sick, null, 'not healthy: etcd-1'],
])('steady: %s', (_, now, before, why) => {
  expect(unsteadyBecause(now, before)).toBe(why);
});

const { restore } = aRestore();
test.each<[string, Faults['restore'], object]>([
  ['what a restore came to', async () => restore ?? null, { restore }],
  ['nothing where nothing was saved', async () => null, {}],
  ['nothing where it cannot be read', () => Promise.reject(new Error('gone')), {}],
  ['nothing of a store without snapshots', undefined, {}],
])('the record carries %s', async (_, read, wanted) => {
  const { tools, evidence } = virtualWorld({ calendar: () => 'sale' });
  const faults: Faults = Object.assign(Object.create(tools.faults), read === undefined ? {} : { restore: read });
  const run = { run: 'run-1' };
  await claim(tools)({ ...run, execution: 'e', input: { drill: 'virtual-failover' } });
  await preflight(tools)(run);
  await collect({ ...tools, faults })(run);
  const { restore: kept } = (await evidence.get('run-1/record.json')) as { restore?: object };
  expect(kept === undefined ? {} : { restore: kept }).toEqual(wanted);
});

test('only lanes that write are read back', async () => {
  const { tools, evidence } = virtualWorld();
  const run = { run: 'run-1' };
  await claim(tools)({ ...run, execution: 'e', input: { drill: 'virtual-failover' } });
  const { lanes, segments } = aRestore().probe;
  await tools.runs.change('run-1', (row) => ({
    ...row,
    segments: [{ segment: 0, witness: 'even', opened_at: 0, closed_at: 1, died: false, key: 'k' }],
  }));
  await evidence.put(keys.segment('run-1', 0), {
    final: true,
    record: segments[0],
    lanes: lanes.filter(({ segment }) => segment === 0),
    series: [],
  });
  const asked: string[] = [];
  const reading: typeof tools.probe.readback = async (_run, _drill, wanted) => {
    asked.push(...wanted.map(({ lane }) => lane));
    return [];
  };
  const probe = { watch: tools.probe.watch, readback: reading };
  expect(await readback({ ...tools, probe })(run)).toEqual({ status: 'done', lanes: 1 });
  expect(asked).toEqual(['writes#0']);
});
