import { collect } from '../../collect.ts';
import { evidence, faults, stores } from '../parts.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Collect', collect(awsTools([evidence, faults, stores])));
