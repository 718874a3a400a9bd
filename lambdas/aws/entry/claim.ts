import { claim } from '../../claim.ts';
import { faults, running, stores } from '../parts.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Claim', claim(awsTools([faults, running, stores])));
