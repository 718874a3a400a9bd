import { admitted } from './admitted.ts';
import { nothingAcceptedBelowQuorum, writesStopBelowQuorum } from './below-quorum.ts';
import type { CheckRule } from './check.ts';
import { coverage } from './coverage.ts';
import { noElectionStorm } from './election-storm.ts';
import { fewElections } from './etcd-election-storm.ts';
import { faultObserved } from './fault-observed.ts';
import { fullIsrBetweenSteps } from './full-isr.ts';
import { idempotence } from './idempotence.ts';
import { load } from './load.ts';
import { noAcknowledgedWriteLost } from './no-acknowledged-write-lost.ts';
import { oneWriter } from './one-writer.ts';
import { readBack } from './read-back.ts';
import { readsAnswer } from './reads-answer.ts';
import { readsLinearizable } from './reads-linearizable.ts';
import { readsStopBelowQuorum } from './reads-stop-below-quorum.ts';
import { recoveryWithinLimit, writesNeverStop } from './recovery.ts';
import { restoreVerified } from './restore-verified.ts';
import { rpo } from './rpo.ts';
import { snapshotRestorable } from './snapshot-restorable.ts';
import { steadyState } from './steady-state.ts';

/** Every check in the order in which a report shows them: assumptions, safety, service. */
export const checkRules: CheckRule[] = [
  admitted,
  steadyState,
  load,
  faultObserved,
  coverage,
  readBack,
  snapshotRestorable,
  restoreVerified,
  rpo,
  noAcknowledgedWriteLost,
  oneWriter,
  nothingAcceptedBelowQuorum,
  idempotence,
  fullIsrBetweenSteps,
  noElectionStorm,
  readsStopBelowQuorum,
  readsLinearizable,
  writesStopBelowQuorum,
  fewElections,
  writesNeverStop,
  readsAnswer,
  recoveryWithinLimit,
];
