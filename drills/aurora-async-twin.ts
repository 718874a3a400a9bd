import type { AuroraDrill } from '../core/drill.ts';
import { load, window, writerAlone } from './aurora.ts';

/** Must fail: about rate x delay acknowledged writes are on no other copy when the writer's host dies. */
export const auroraAsyncTwin: AuroraDrill = {
  name: 'aurora-async-twin',
  title: 'The writer of an asynchronous cluster is killed',
  promise: 'Losing the writer loses no acknowledged write (which asynchronous replication cannot keep).',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: writerAlone,
  fault: { kind: 'writer-kill' },
  load: { ...load, rate_hz: 500, minimum_hz: 250 },
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['writer-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: {
    outcome: 'fail',
    grade: 'F',
    check: 'no-acknowledged-write-lost',
    because: 'acknowledged writes still on the 50 ms links die with the host',
  },
  rig: { commit: 'asynchronous', link_delay_ms: 50 },
};
