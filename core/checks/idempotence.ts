import { several } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** Brokers drop what an idempotent producer sends twice; across producer ids they cannot. */
export const idempotence: CheckRule = {
  name: 'idempotence',
  kind: 'safety',
  applies: (drill) => drill.store === 'msk' && drill.client.idempotent,
  wanted: () => '0 writes there more than once under one producer id',
  find: ({ ledger }) => {
    if (ledger === null) return doubt('nothing read back', 'without reading back nobody knows what is there twice');
    const { duplicated, duplicated_across_producers: across = 0 } = ledger.report;
    const got = `${several(duplicated - across, 'write')} twice under one producer id`;
    if (duplicated > across) return fail(got, 'the brokers kept what they must have dropped');
    return pass(
      got,
      across === 0
        ? 'nothing is there twice'
        : `${several(across, 'write')} twice under different producer ids: the client changed its own`,
    );
  },
};
