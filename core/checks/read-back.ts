import { several } from '../words.ts';
import { always, type CheckRule, doubt, pass } from './check.ts';

/** Every lane that may hold a write was read back, and the driver's judgement stood the test. */
export const readBack: CheckRule = {
  name: 'read-back',
  kind: 'assumption',
  applies: always,
  wanted: () => 'every lane read back whole after healing, and no write there that was called never applied',
  find: ({ ledger, record }) => {
    if (ledger === null) return doubt('nothing read back', 'without reading back nobody knows what was lost');
    if (ledger.unread.length > 0)
      return doubt(`${several(ledger.unread.length, 'lane')} not read back`, `unread or cut short: ${ledger.unread.join(', ')}`);
    const died = record.probe.segments.filter((segment) => segment.died).map((segment) => segment.segment);
    if (died.length > 0)
      return doubt(
        `segment ${died.join(', ')} without a last word`,
        'what was acknowledged after the last checkpoint of a witness that died is in no ledger, so nobody can miss it',
      );
    const [wrong] = ledger.misjudged;
    if (wrong !== undefined)
      return doubt(
        `${several(wrong.count, 'write')} of ${wrong.lane} wrongly called failed`,
        'a write called never applied was read back: the driver judges wrongly',
      );
    if (ledger.report.acked === 0) return doubt('an empty ledger', 'no write was acknowledged, so none could be lost');
    return pass(several(ledger.report.acked, 'acknowledged write'), 'all lanes were read back');
  },
};
