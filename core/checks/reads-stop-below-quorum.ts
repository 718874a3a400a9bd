import { ms } from '../words.ts';
import { acknowledgedIn, belowQuorum, downThroughout, writes } from './below-quorum.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** A linearizable read takes a majority as a write does; one that is answered without may be of the past. */
export const readsStopBelowQuorum: CheckRule = {
  name: 'reads-stop-below-quorum',
  kind: 'safety',
  applies: (drill) => drill.store === 'etcd' && drill.negative !== undefined,
  wanted: () => 'no linearizable read sent after the loss was confirmed answered before a voter began to come back',
  find: (evidence) => {
    const window = belowQuorum(evidence);
    if (window === null) return doubt('the time below quorum is not known', 'it takes a confirmed loss and the beginning of the return');
    const asking = evidence.reads.filter(writes);
    if (asking.length === 0) return doubt('no data points', 'no linearizable read was ever answered: missing is not zero');
    const answered = asking.find((line) => !downThroughout(line, window) || acknowledgedIn(evidence, line, window));
    if (answered !== undefined)
      return fail(`${answered.name} was answered below quorum`, 'a linearizable read that no majority confirmed may be of the past');
    return pass(`0 in ${ms(window.to - window.from)} below quorum`, 'linearizable reads stopped with the writes');
  },
};
