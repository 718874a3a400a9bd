import { figure, several } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** What was acknowledged is there after healing. */
export const noAcknowledgedWriteLost: CheckRule = {
  name: 'no-acknowledged-write-lost',
  kind: 'safety',
  applies: (drill) => drill.promises.includes('no-acknowledged-write-lost'),
  wanted: () => '0 acknowledged writes missing after healing',
  find: ({ ledger }) => {
    if (ledger === null) return doubt('nothing read back', 'without reading back nobody knows what was lost');
    const { acked, lost, lost_list, loss_bound } = ledger.report;
    const [first] = lost_list;
    if (lost > 0) {
      const where = first === undefined ? '' : `, first ${first.ranges[0]?.[0]} of ${first.lane}`;
      return fail(`${figure(lost)} of ${figure(acked)} lost`, `${several(lost, 'acknowledged write')} not read back${where}`);
    }
    if (ledger.unread.length > 0)
      return doubt(`0 of ${figure(acked)} lost in the lanes read back`, `not read back: ${ledger.unread.join(', ')}`);
    if (loss_bound === null) return doubt('an empty ledger', 'no write was acknowledged, so none could be lost');
    return pass(
      `0 of ${figure(acked)} lost`,
      `every acknowledged write was read back; at 95 % fewer than 3 in ${figure(acked)} of this run's writes could be lost unseen`,
    );
  },
};
