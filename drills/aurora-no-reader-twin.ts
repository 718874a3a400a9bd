import type { AuroraDrill } from '../core/drill.ts';
import { load, window } from './aurora.ts';

/** Must be refused: with one instance there is nobody to promote. */
export const auroraNoReaderTwin: AuroraDrill = {
  name: 'aurora-no-reader-twin',
  title: 'The writer of a cluster without a reader would be killed',
  promise: 'Losing the writer stops writes for seconds (which one instance cannot keep, so nothing is injected).',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: { store: 'aurora', members: 1, zones: 1, write_quorum: 1, read_quorum: 1 },
  fault: { kind: 'writer-kill' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['writer-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'refused', because: 'no reader to promote' },
  rig: { members: 1, commit: 'asynchronous' },
};
