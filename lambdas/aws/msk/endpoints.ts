import { GetBootstrapBrokersCommand, type KafkaClient } from '@aws-sdk/client-kafka';
import { generateAuthToken } from 'aws-msk-iam-sasl-signer-js';
import { BadInput } from '../../../core/errors.ts';
import type { MskTarget } from '../../../drills/target.ts';
import type { Credentials } from '../../../probe/credentials.ts';
import type { Endpoints } from '../../../probe/targets.ts';

/** The brokers to begin with, and what to show them. */
export async function mskEndpoints(kafka: KafkaClient, target: MskTarget): Promise<{ endpoints: Endpoints; credentials: Credentials }> {
  const { cluster_arn, cluster_name, topic, auth } = target;
  const told = await kafka.send(new GetBootstrapBrokersCommand({ ClusterArn: cluster_arn }));
  const brokers = auth === 'iam' ? told.BootstrapBrokerStringSaslIam : told.BootstrapBrokerStringTls;
  if (brokers === undefined || brokers === '')
    throw new BadInput(
      `cluster ${cluster_name}`,
      `no brokers that take ${auth === 'iam' ? 'IAM' : 'unauthenticated TLS'} clients`,
      `some, because its target says auth '${auth}'`,
      'turn this way of logging in on, or name another',
    );
  return { endpoints: { store: 'msk', bootstrap: brokers.split(','), topic }, credentials: credentialsOf(target) };
}

function credentialsOf({ auth, region }: MskTarget): Credentials {
  if (auth === 'tls') return { kafka: { tls: {} } };
  return { kafka: { tls: {}, sasl: { mechanism: 'OAUTHBEARER', token: () => iamToken(region) } } };
}

/** A token of MSK IAM for OAUTHBEARER, good for 15 minutes; signed with the function's own credentials. */
async function iamToken(region: string): Promise<string> {
  const { token } = await generateAuthToken({ region });
  return token;
}
