import { readback } from '../../readback.ts';
import { openPostgres } from '../drivers/postgres.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = readback(awsTools(process.env, openPostgres));
