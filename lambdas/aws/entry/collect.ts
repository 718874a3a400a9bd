import { collect } from '../../collect.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Collect', collect(awsTools()));
