import { kafkaDriver } from '../../../probe/kafka.ts';
import { type OpenDriver, otherProtocol } from './open.ts';

/** Kafka's driver and no other. */
export const openKafka: OpenDriver = async (protocol, run, clock, credentials) => {
  if (protocol.name !== 'kafka') throw otherProtocol(protocol, 'kafka');
  return kafkaDriver(run, protocol, clock, credentials.kafka);
};
