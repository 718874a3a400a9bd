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
    const { acked, lost, lost_allowed, lost_list, loss_bound } = ledger.report;
    const [first] = lost_list;
    if (lost > lost_allowed.count) {
      const where = first === undefined ? '' : `, first ${first.ranges[0]?.[0]} of ${first.lane}`;
      const beyond = lost_allowed.count === 0 ? '' : `, ${figure(lost_allowed.count)} of them allowed`;
      return fail(`${figure(lost)} of ${figure(acked)} lost${beyond}`, `${several(lost, 'acknowledged write')} not read back${where}`);
    }
    if (ledger.unread.length > 0)
      return doubt(`0 of ${figure(acked)} lost in the lanes read back`, `not read back: ${ledger.unread.join(', ')}`);
    if (lost > 0) return pass(`${figure(lost)} of ${figure(acked)} lost, all allowed`, lost_allowed.why);
    if (loss_bound === null) return doubt('an empty ledger', 'no write was acknowledged, so none could be lost');
    return pass(
      `0 of ${figure(acked)} lost`,
      `every acknowledged write was read back; at 95 % fewer than 3 in ${figure(acked)} of this run's writes could be lost unseen`,
    );
  },
};
