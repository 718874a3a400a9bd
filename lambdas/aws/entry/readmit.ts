import { readmit } from '../../readmit.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = readmit(awsTools());
