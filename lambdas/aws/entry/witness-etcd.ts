import { witness } from '../../witness.ts';
import { openEtcd } from '../drivers/etcd.ts';
import { evidence, probing } from '../parts.ts';
import { logged } from '../powertools.ts';
import { etcdSideOf } from '../store-sides.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Witness', witness(awsTools([evidence, probing(openEtcd, etcdSideOf)])));
