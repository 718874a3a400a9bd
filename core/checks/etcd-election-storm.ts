import { electionsOf } from '../etcd/elections.ts';
import { figure, several } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** A roll of all voters, the leader last, elects once; a split vote is one more. */
export const fewElections: CheckRule = {
  name: 'no-election-storm',
  kind: 'service',
  applies: (drill) => drill.store === 'etcd' && drill.promises.includes('no-election-storm'),
  wanted: () => 'at most one election more than the roll must have',
  find: ({ drill, record, timeline }) => {
    const elections = drill.store === 'etcd' ? electionsOf(drill, record, timeline) : null;
    if (elections === null || elections.leaders === null)
      return doubt('not known', 'nothing tells when the fault was, or no answer after it told a term: missing is not zero');
    const { leaders, least } = elections;
    const got = `${several(leaders, 'election')}, at least ${figure(least)}`;
    if (leaders < least) return doubt(got, 'a roll of all voters cannot do without an election');
    return leaders > least + 1 ? fail(got, 'leaders were elected again and again') : pass(got, 'the leader changed as seldom as it could');
  },
};
