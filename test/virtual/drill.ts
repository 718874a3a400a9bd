import type { Drill, KafkaDrill } from '../../core/drill.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { mskBrokerReboot } from '../../drills/msk-broker-reboot.ts';
import { mskControllersRolling } from '../../drills/msk-controllers-rolling.ts';
import { mskRollingRestart } from '../../drills/msk-rolling-restart.ts';

/** The database failover at a load that virtual time can carry, with a guard and with segments far shorter than the drill. */
export const virtualFailover: Drill = {
  ...auroraFailover,
  name: 'virtual-failover',
  load: { rate_hz: 40, minimum_hz: 20, pinned_hz: 10, read_hz: 4, attempt_timeout_ms: 250 },
  window: { baseline_s: 4, settle_s: 11, deadline_s: 90, poll_s: 2, segment_s: 10, heal_deadline_s: 60 },
  guards: ['write-errors'],
};

/** Half an hour of watching, at a rate that keeps its record small. */
export const virtualEndurance: Drill = {
  ...virtualFailover,
  name: 'virtual-endurance',
  load: { rate_hz: 2, minimum_hz: 1, pinned_hz: 0.2, read_hz: 0.2, attempt_timeout_ms: 250 },
  window: { baseline_s: 30, settle_s: 1_740, deadline_s: 2_100, poll_s: 15, segment_s: 300, heal_deadline_s: 120 },
};

/** A Kafka drill at a load that virtual time can carry, with a guard. */
export function virtualKafka(drill: KafkaDrill, change: Partial<KafkaDrill> = {}): KafkaDrill {
  return {
    ...drill,
    name: drill.name.replace('msk', 'virtual'),
    load: { ...drill.load, rate_hz: 48, minimum_hz: 24, attempt_timeout_ms: 500 },
    window: { baseline_s: 4, settle_s: 11, deadline_s: 200, poll_s: 2, segment_s: 30, heal_deadline_s: 60 },
    guards: ['write-errors'],
    ...change,
  };
}

/** Three brokers in turn, one experiment each. */
export const virtualRoll = virtualKafka(mskRollingRestart);

export const kafkaDrills: KafkaDrill[] = [virtualRoll, virtualKafka(mskBrokerReboot), virtualKafka(mskControllersRolling)];
