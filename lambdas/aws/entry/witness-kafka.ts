import { witness } from '../../witness.ts';
import { openKafka } from '../drivers/kafka.ts';
import { evidence, probing } from '../parts.ts';
import { logged } from '../powertools.ts';
import { mskSideOf } from '../store-sides.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Witness', witness(awsTools([evidence, probing(openKafka, mskSideOf)])));
