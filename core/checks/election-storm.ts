import type { Evidence } from '../evidence.ts';
import { electionsOf } from '../kafka/elections.ts';
import { figure } from '../words.ts';
import { type CheckRule, doubt, type Finding, fail, pass } from './check.ts';

/** A roll elects leaders and controllers about as often as it must. */
export const noElectionStorm: CheckRule = {
  name: 'no-election-storm',
  kind: 'service',
  applies: (drill) => drill.store === 'msk' && drill.promises.includes('no-election-storm'),
  wanted: (drill) =>
    drill.fault.kind === 'controller-roll'
      ? 'at most one controller election more than the roll must have'
      : 'at most one election of each partition more than the roll must have',
  find: (evidence) => {
    const { drill, record, timeline } = evidence;
    const elections = drill.store === 'msk' ? electionsOf(drill, record, timeline) : null;
    if (elections === null) return doubt('not known', 'nothing tells when the fault was, or which partitions there are');
    if (drill.fault.kind === 'controller-roll') return ofControllers(elections.controllers, elections.least_controllers);
    return elections.leaders === null
      ? doubt('no sight of a partition', 'the probe saw no leader: missing is not zero')
      : ofLeaders(evidence, elections.leaders, elections.least);
  },
};

/** A split vote is one more; the active controller goes last, so no other step needs any. */
function ofControllers(seen: number, least: number): Finding {
  const got = `${figure(seen)} controller elections, at least ${figure(least)}`;
  if (seen < least) return doubt(got, 'a roll of all controllers cannot do without an election, so not all were seen');
  return seen > least + 1
    ? fail(got, 'controllers were elected again and again')
    : pass(got, 'the controllers changed as seldom as they could');
}

/** Kafka elects the first in-sync replica in the order of preference, not one that has had its turn: once more a partition at most. */
function ofLeaders({ record }: Evidence, seen: number, least: number): Finding {
  const partitions = record.topology?.store === 'msk' ? record.topology.partitions.length : 0;
  const got = `${figure(seen)} elections, at least ${figure(least)}`;
  if (seen < least) return doubt(got, 'a roll of all brokers cannot do with fewer elections, so not all were seen');
  if (seen > least + partitions)
    return fail(got, `beyond one more for each of ${figure(partitions)} partitions: leaders were elected again and again`);
  return pass(got, 'leaders changed about as seldom as they could');
}
