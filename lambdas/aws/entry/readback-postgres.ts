import { readback } from '../../readback.ts';
import { openPostgres } from '../drivers/postgres.ts';
import { evidence, probing } from '../parts.ts';
import { logged } from '../powertools.ts';
import { auroraSideOf } from '../store-sides.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Readback', readback(awsTools([evidence, probing(openPostgres, auroraSideOf)])));
