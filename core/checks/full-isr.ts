import { stopsSeen } from '../kafka/isr.ts';
import { shownIds } from '../kafka/partitions.ts';
import { several } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** A roll took each broker only while the others held every replica in sync. */
export const fullIsrBetweenSteps: CheckRule = {
  name: 'full-isr-between-steps',
  kind: 'service',
  applies: (drill) => drill.promises.includes('full-isr-between-steps'),
  wanted: () => 'every ISR full whenever a broker is stopped',
  find: ({ record, timeline }) => {
    const { topology } = record;
    if (topology?.store !== 'msk') return doubt('no topology', 'nothing tells which replicas there are');
    const { stops, early, unseen } = stopsSeen(record, topology, timeline);
    if (stops === 0) return doubt('no stop seen', 'nothing tells when a broker was stopped');
    if (early !== null) {
      const { partition, isr, replicas } = early.partition;
      const view = `${early.broker} stopped while p${partition} had ISR ${shownIds(isr)} of ${shownIds(replicas)}`;
      return fail(view, 'a broker was taken before the one before it was in sync again');
    }
    if (unseen !== null) return doubt(unseen, 'an ISR that nobody looked at is not known to be full');
    return pass(`${several(stops, 'broker')} stopped`, 'every ISR was full each time, but for the broker itself');
  },
};
