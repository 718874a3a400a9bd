import { halt } from '../../halt.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Halt', halt(awsTools([])));
