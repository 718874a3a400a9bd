import type { Clock } from '../../../core/clock.ts';
import type { Driver, Protocol } from '../../../probe/contract.ts';
import type { Credentials } from '../../../probe/credentials.ts';

/** Opens the driver of one protocol: each function of a target is given its own, so that its bundle carries one client. */
export type OpenDriver = (protocol: Protocol, run: string, clock: Clock, credentials: Credentials) => Promise<Driver>;

/** A function was asked for a protocol that it does not carry. */
export function otherProtocol(got: Protocol, own: Protocol['name']): Error {
  return new Error(`protocol: got ${got.name}, wanted ${own}; this function belongs to a target of another kind`);
}
