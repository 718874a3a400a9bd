import type { Clock } from '../core/clock.ts';
import type { Driver, Protocol } from './contract.ts';

/** The probe's Kafka: writes numbered records to the partitions of one topic, and reads them back. */
export function kafkaDriver(run: string, protocol: Extract<Protocol, { name: 'kafka' }>, clock: Clock): Driver {
  throw new Error(`${run} ${protocol.topic} ${clock.now()}`);
}
