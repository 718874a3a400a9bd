import { halt } from '../../halt.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = halt(awsTools());
