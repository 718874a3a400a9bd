import type { Clock } from '../../../core/clock.ts';
import { BadInput } from '../../../core/errors.ts';
import type { LogIn } from '../../../probe/credentials.ts';

export type Password = (to: LogIn) => Promise<string>;

/** Keeps what was made for an address for as long as it is good: a storm of log-ins in an outage asks once. What failed is asked for again. */
export function remembered(clock: Clock, lifetime_ms: number, make: Password): Password {
  const kept = new Map<string, { until: number; value: Promise<string> }>();
  return (to) => {
    const key = `${to.user}@${to.host}:${to.port}`;
    const found = kept.get(key);
    if (found !== undefined && clock.now() < found.until) return found.value;
    const value = make(to);
    kept.set(key, { until: clock.now() + lifetime_ms, value });
    value.catch(() => kept.delete(key));
    return value;
  };
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
