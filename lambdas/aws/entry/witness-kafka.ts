import { witness } from '../../witness.ts';
import { openKafka } from '../drivers/kafka.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Witness', witness(awsTools(process.env, openKafka)));
