import { sweep } from '../../sweep.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls when an execution ended by itself, and every minute. */
export const handler = logged('Sweep', sweep(awsTools()));
