import type { AuroraDrill } from '../core/drill.ts';
import { load, sixCopies, window } from './aurora.ts';

/** Must be inconclusive: nobody watched while the writer was lost and replaced. */
export const auroraBlindTwin: AuroraDrill = {
  name: 'aurora-blind-twin',
  title: 'The writer is killed while both witnesses are stopped',
  promise: 'Losing the writer stops writes for seconds (which nobody can tell when no witness watches).',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: sixCopies,
  fault: { kind: 'writer-kill' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['writer-changed', 'members-lost'],
  guards: [],
  mustEnd: { outcome: 'inconclusive', check: 'coverage', because: 'a hole in coverage hides the outage' },
  rig: { stop_witnesses_s: 4 },
};
