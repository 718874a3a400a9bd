import { describe, inject } from 'vitest';

const endpoint = inject('moto');

/** Settings of a real client that talks to moto. */
export const client = {
  endpoint: endpoint ?? '',
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
};

/** Tests that need moto; skipped by name where there is no Python. */
export const overMoto = describe.skipIf(endpoint === null);

let made = 0;

/** A name that no other test has used. */
export function aName(of: string): string {
  made += 1;
  return `${of}-${process.pid}-${Date.now().toString(36)}-${made}`;
}
