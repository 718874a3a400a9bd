import { watch } from '../../watch.ts';
import { faults, listening, stores } from '../parts.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Watch', watch(awsTools([faults, listening, stores])));
