import { preflight } from '../../preflight.ts';
import { calendar, listening, notices, stores } from '../parts.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Preflight', preflight(awsTools([calendar, listening, notices, stores])));
