import type { Drill } from '../core/drill.ts';
import { auroraAsyncTwin } from './aurora-async-twin.ts';
import { auroraBlindTwin } from './aurora-blind-twin.ts';
import { auroraFailover } from './aurora-failover.ts';
import { auroraFailoverGraceful } from './aurora-failover-graceful.ts';
import { auroraLateTwin } from './aurora-late-twin.ts';
import { auroraLocalCommitTwin } from './aurora-local-commit-twin.ts';
import { auroraNoReaderTwin } from './aurora-no-reader-twin.ts';
import { auroraQuorumLoss } from './aurora-quorum-loss.ts';
import { auroraSplitBrain } from './aurora-split-brain.ts';
import { auroraZoneLoss } from './aurora-zone-loss.ts';

/** Every drill there is, in the order a reader should meet them. */
export const drills: Drill[] = [
  auroraFailover,
  auroraFailoverGraceful,
  auroraZoneLoss,
  auroraQuorumLoss,
  auroraSplitBrain,
  auroraAsyncTwin,
  auroraLocalCommitTwin,
  auroraLateTwin,
  auroraBlindTwin,
  auroraNoReaderTwin,
];

/** The default game day: the main drill, one that wants quorum lost, one that must fail. */
export const gameDay: string[] = ['aurora-failover', 'aurora-quorum-loss', 'aurora-async-twin'];
