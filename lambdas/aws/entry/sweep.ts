import { sweep } from '../../sweep.ts';
import { evidence, faults, listening, notices, running, stores } from '../parts.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls when an execution ended by itself, and every minute. */
export const handler = logged('Sweep', sweep(awsTools([evidence, faults, listening, notices, running, stores])));
