import type { Clock } from '../core/clock.ts';
import { epochOffset, monotonicClock } from './clock.ts';
import type { Driver, Protocol } from './contract.ts';
import type { Credentials } from './credentials.ts';

/** The driver of a protocol; each is loaded only where it is used, so that a witness carries one client library. */
export async function driverFor(
  protocol: Protocol,
  run: string,
  clock: Clock = monotonicClock(epochOffset()),
  credentials: Credentials = {},
): Promise<Driver> {
  if (protocol.name === 'kafka') {
    const { kafkaDriver } = await import('./kafka.ts');
    return kafkaDriver(run, protocol, clock, credentials.kafka);
  }
  if (protocol.name === 'etcd') {
    const { etcdDriver } = await import('./etcd.ts');
    return etcdDriver(run, protocol, clock, credentials.etcd);
  }
  const { postgresDriver } = await import('./postgres.ts');
  return postgresDriver(run, clock, { dialect: protocol.dialect, credentials: credentials.postgres });
}
