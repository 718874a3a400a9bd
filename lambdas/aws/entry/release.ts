import { release } from '../../release.ts';
import { notices } from '../parts.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Release', release(awsTools([notices])));
