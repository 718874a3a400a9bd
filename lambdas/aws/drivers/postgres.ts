import { postgresDriver } from '../../../probe/postgres.ts';
import { type OpenDriver, otherProtocol } from './open.ts';

/** PostgreSQL's driver and no other. */
export const openPostgres: OpenDriver = async (protocol, run, clock, credentials) => {
  if (protocol.name !== 'postgres') throw otherProtocol(protocol, 'postgres');
  return postgresDriver(run, clock, { dialect: protocol.dialect, credentials: credentials.postgres });
};
