import type { Drill } from '../../core/drill.ts';
import { BadInput } from '../../core/errors.ts';
import type { Source } from '../../core/record.ts';

/** The environment of a function, as the stack sets it. */
export type Environment = { [name: string]: string | undefined };

/** Accounts that emulators use; no drill ever ran in one. */
const dummies = new Set(['000000000000', '111111111111', '123456789012']);

/** An endpoint override or a dummy account is an emulator, whatever else is set. */
export function sourceOf(env: Environment): Source {
  const overridden = Object.entries(env).some(
    ([name, value]) => name.startsWith('AWS_ENDPOINT_URL') && value !== undefined && value !== '',
  );
  return overridden || dummies.has(env.DRILL_ACCOUNT ?? '') ? 'emulator' : 'aws';
}

/** Id of the experiment template that injects a drill's fault, from DRILL_TEMPLATES (a JSON object by drill name). */
export function templateOf(env: Environment, drill: Drill): string {
  const id = jsonSetting(env, 'DRILL_TEMPLATES')[drill.name];
  if (id !== undefined) return id;
  throw new BadInput(
    'setting DRILL_TEMPLATES',
    `no template for ${drill.name}`,
    'an experiment template id',
    'give the stack one for this drill',
  );
}

/** Identifier of the database cluster under test. */
export function clusterOf(env: Environment): string {
  const name = env.DRILL_CLUSTER;
  if (name !== undefined && name !== '') return name;
  throw new BadInput('setting DRILL_CLUSTER', 'nothing', 'a database cluster identifier', 'give the stack one');
}

function jsonSetting(env: Environment, name: string): { [key: string]: string } {
  const text = env[name] ?? '{}';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')) {
      return value as { [key: string]: string };
    }
  } catch {
    // Told below, with what was there.
  }
  throw new BadInput(`setting ${name}`, JSON.stringify(text.slice(0, 80)), 'a JSON object of strings', 'deploy the stack again');
}
