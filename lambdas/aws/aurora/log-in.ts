import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Signer } from '@aws-sdk/rds-signer';
import type { Clock } from '../../../core/clock.ts';
import type { AuroraTarget } from '../../../drills/target.ts';
import type { LogIn } from '../../../probe/credentials.ts';
import { type Password, passwordIn, remembered } from './passwords.ts';

/** A token is good for 15 minutes and for one address; it is made anew well before. */
const token_ms = 600_000;
/** A rotated secret is seen after this long at the latest. */
const secret_ms = 60_000;

/** What the probe's user logs in with: a token of RDS's IAM authentication, or the password of a secret. */
export function passwordOf({ auth, user, region }: AuroraTarget, secrets: SecretsManagerClient, clock: Clock): Password {
  if (auth !== 'iam') return remembered(clock, secret_ms, () => secretPassword(secrets, auth, user));
  return remembered(clock, token_ms, ({ host, port, user: username }: LogIn) =>
    new Signer({ hostname: host, port, username, region }).getAuthToken(),
  );
}

async function secretPassword(secrets: SecretsManagerClient, id: string, user: string): Promise<string> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: id }));
  return passwordIn(SecretString, id, user);
}
