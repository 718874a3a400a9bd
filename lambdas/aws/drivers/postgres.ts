import { postgresDriver } from '../../../probe/postgres.ts';
import { type OpenDriver, otherProtocol } from './open.ts';

/** PostgreSQL's driver and no other. */
export const openPostgres: OpenDriver = async (protocol, run, clock) => {
  if (protocol.name !== 'postgres') throw otherProtocol(protocol, 'postgres');
  return postgresDriver(run, clock);
};
