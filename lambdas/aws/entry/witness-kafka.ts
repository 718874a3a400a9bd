import { witness } from '../../witness.ts';
import { openKafka } from '../drivers/kafka.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = witness(awsTools(process.env, openKafka));
