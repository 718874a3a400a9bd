import { witness } from '../../witness.ts';
import { openPostgres } from '../drivers/postgres.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = witness(awsTools(process.env, openPostgres));
