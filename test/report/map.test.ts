import { expect, test } from 'vitest';
import type { ObservedTopology } from '../../core/topology.ts';
import { drills } from '../../drills/index.ts';
import { plannedTopology } from '../../lab/stores.ts';
import { type MappedStore, renderMap, ruleOf } from '../../report/map.ts';

const planned = (name: string): ObservedTopology => plannedTopology(drills.find((drill) => drill.name === name)!, 0);

test.each<[string, string, number, number, RegExp]>([
  ['aurora-failover', 'write 4, read 3 of 6 copies', 2, 0, /6 members would bear 1 that lies, with quorums of 4/],
  ['msk-broker-reboot', 'min ISR 2 of 3 replicas, 6 partitions', 1, 0, /not drilled/],
  ['msk-rf2-min2', 'min ISR 2 of 2 replicas, 6 partitions', 0, -1, /not drilled/],
  ['etcd-leader-loss', '2 of 3 voters, which spares 1', 1, 0, /3 members would bear 0 that lie, with quorums of 2/],
])('%s: %s, spare %i, and %i without its worst zone', (name, quorum, spare, worst, byzantine) => {
  const rule = ruleOf(planned(name));
  expect({ quorum: rule.quorum, spare: rule.spare, worst: rule.worst?.margin }).toEqual({ quorum, spare, worst });
  expect(rule.byzantine).toMatch(byzantine);
});

test('a map shows letters, holes in its cover, and stores that nobody can read', () => {
  const last = { run: 'r1', grade: 'A', outcome: 'completed', ended_at: Date.UTC(2026, 10, 23) } as const;
  const stores: MappedStore[] = [
    { name: 'a', kind: 'etcd', topology: planned('etcd-leader-loss'), why: '', drills: [{ name: 'etcd-leader-loss', last }] },
    { name: 'b', kind: 'aurora', topology: null, why: 'access \u001b[31mdenied', drills: [{ name: 'aurora-failover', last: null }] },
    { name: 'c', kind: 'msk', topology: planned('msk-rf2-min2'), why: '', drills: [] },
  ];
  const text = renderMap(stores, { width: 100, color: false });
  expect(text).toContain('etcd-leader-loss: A, 2026-11-23 (r1)');
  expect(text).toMatch(/unread +access/);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('aurora-failover: never run');
  expect(text).toContain('none covers it');
  expect(text).toContain('its loss stops writes, 1 short of a quorum');
  expect(text).toContain('MANAGED, CANNOT BE DRILLED');
});
