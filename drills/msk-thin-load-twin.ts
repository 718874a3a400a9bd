import type { KafkaDrill } from '../core/drill.ts';
import { client, load, threeBrokers, window } from './msk.ts';

/** Must be inconclusive: a short outage could slip between so few writes. */
export const mskThinLoadTwin: KafkaDrill = {
  name: 'msk-thin-load-twin',
  title: 'A broker is stopped in an orderly way under less load than declared',
  promise: 'A planned restart costs clients at most a short pause (which so few writes cannot show).',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'broker-restart', down_s: 3 },
  client,
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost'],
  guards: [],
  mustEnd: { outcome: 'inconclusive', check: 'load', because: 'less load than the declared minimum could miss an outage' },
  rig: { load_share: 0.25 },
};
