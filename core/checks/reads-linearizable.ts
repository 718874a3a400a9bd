import { figure, ms, several } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** No linearizable read returned less than was acknowledged, or read, before it was sent. */
export const readsLinearizable: CheckRule = {
  name: 'reads-linearizable',
  kind: 'safety',
  applies: (drill) => drill.promises.includes('reads-linearizable'),
  wanted: () => 'no read through the endpoint returns less than was known before it was sent',
  find: ({ reads, timeline }) => {
    const counts = reads.flatMap((line) => line.lanes.flatMap(({ stale_reads }) => stale_reads ?? []));
    const compared = counts.reduce((sum, each) => sum + each.compared, 0);
    const stale = counts.reduce((sum, each) => sum + each.count, 0);
    if (stale > 0) {
      const [first] = counts.flatMap((each) => each.first ?? []).sort((a, b) => a.at - b.at);
      const when = first === undefined || timeline.fault_at === null ? '' : `, ${ms(first.at - timeline.fault_at)} after the fault`;
      const what = first === undefined ? '' : `: first ${first.got ?? 'nothing'} where ${first.wanted} was known${when}`;
      return fail(`${several(stale, 'stale read')} of ${figure(compared)}${what}`, 'a read went back in time');
    }
    if (compared === 0) return doubt('no data points', 'no read had anything to return: missing is not zero');
    return pass(`0 stale of ${several(compared, 'read')}`, 'every read returned what was known before it was sent');
  },
};
