import type { AuroraDrill } from '../core/drill.ts';
import { load, window, writerAlone } from './aurora.ts';

/** Must fail: with synchronous_commit=local the cut-off writer goes on acknowledging. */
export const auroraLocalCommitTwin: AuroraDrill = {
  name: 'aurora-local-commit-twin',
  title: 'A writer that commits locally is cut off while another is promoted',
  promise: 'A writer cut off from its copies acknowledges nothing sent after the cut (which local commit cannot keep).',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: writerAlone,
  fault: { kind: 'writer-isolation' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['cut-confirmed', 'writer-changed'],
  guards: [],
  mustEnd: { outcome: 'fail', grade: 'F', check: 'one-writer', because: 'two writers acknowledge at once' },
  rig: { commit: 'local' },
};
