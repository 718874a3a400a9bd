import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Signer } from '@aws-sdk/rds-signer';
import type { Clock } from '../../../core/clock.ts';
import { BadInput } from '../../../core/errors.ts';
import type { AuroraTarget } from '../../../drills/target.ts';
import type { LogIn } from '../../../probe/credentials.ts';

export type Password = (to: LogIn) => Promise<string>;

/** A token is good for 15 minutes and for one address; it is made anew well before. */
const token_ms = 600_000;
/** A rotated secret is seen after this long at the latest. */
const secret_ms = 60_000;

/** What the probe's user logs in with: a token of RDS's IAM authentication, or the password of a secret. */
export function passwordOf({ auth, user, region }: AuroraTarget, secrets: SecretsManagerClient, clock: Clock): Password {
  if (auth === 'iam') {
    const sign = ({ host, port, user: username }: LogIn) => new Signer({ hostname: host, port, username, region }).getAuthToken();
    return remembered(clock, token_ms, ({ host, port }) => `${host}:${port}`, sign);
  }
  return remembered(
    clock,
    secret_ms,
    () => auth,
    () => secretPassword(secrets, auth, user),
  );
}

/** Keeps what was made for as long as it is good: a storm of log-ins in an outage asks once. What failed is asked for again. */
export function remembered(clock: Clock, lifetime_ms: number, keyOf: (to: LogIn) => string, make: Password): Password {
  const kept = new Map<string, { until: number; value: Promise<string> }>();
  return (to) => {
    const key = keyOf(to);
    const found = kept.get(key);
    if (found !== undefined && clock.now() < found.until) return found.value;
    const value = make(to);
    kept.set(key, { until: clock.now() + lifetime_ms, value });
    value.catch(() => kept.delete(key));
    return value;
  };
}

async function secretPassword(secrets: SecretsManagerClient, id: string, user: string): Promise<string> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: id }));
  return passwordIn(SecretString, id, user);
}

/** The password out of a secret's text. Throws BadInput, and never says what the secret holds. */
export function passwordIn(text: string, id: string, user: string): string {
  const refuse = (got: string) =>
    new BadInput(`secret ${id}`, got, `JSON with the username ${user} and its password`, 'mend the secret, or name another');
  const { username, password } = parsed(text) ?? {};
  if (typeof username !== 'string' || typeof password !== 'string' || password === '') throw refuse('another kind of text');
  if (username !== user) throw refuse('another username');
  return password;
}

function parsed(text: string): { username?: unknown; password?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
