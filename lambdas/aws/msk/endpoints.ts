import { GetBootstrapBrokersCommand, type KafkaClient } from '@aws-sdk/client-kafka';
import { BadInput } from '../../../core/errors.ts';
import type { MskTarget } from '../../../drills/target.ts';
import type { Credentials } from '../../../probe/credentials.ts';
import type { Endpoints } from '../../../probe/targets.ts';

/** Makes a token for a Region; the signer is carried by those functions alone that log in. */
export type IamToken = (region: string) => Promise<string>;

/** The brokers to begin with, and what to show them. */
export async function mskEndpoints(
  kafka: KafkaClient,
  target: MskTarget,
  iamToken: IamToken | undefined,
): Promise<{ endpoints: Endpoints; credentials: Credentials }> {
  const { cluster_arn, cluster_name, topic, auth } = target;
  const credentials = credentialsOf(target, iamToken);
  const told = await kafka.send(new GetBootstrapBrokersCommand({ ClusterArn: cluster_arn }));
  const brokers = auth === 'iam' ? told.BootstrapBrokerStringSaslIam : told.BootstrapBrokerStringTls;
  if (brokers === undefined || brokers === '')
    throw new BadInput(
      `cluster ${cluster_name}`,
      `no brokers that take ${auth === 'iam' ? 'IAM' : 'unauthenticated TLS'} clients`,
      `some, because its target says auth '${auth}'`,
      'turn this way of logging in on, or name another',
    );
  return { endpoints: { store: 'msk', bootstrap: brokers.split(','), topic }, credentials };
}

function credentialsOf({ cluster_name, auth, region }: MskTarget, iamToken: IamToken | undefined): Credentials {
  if (auth === 'tls') return { kafka: { tls: {} } };
  if (iamToken === undefined)
    throw new Error(`cluster ${cluster_name}: got a function without the signer of MSK IAM, wanted one of its target's own`);
  return { kafka: { tls: {}, sasl: { mechanism: 'OAUTHBEARER', token: () => iamToken(region) } } };
}
