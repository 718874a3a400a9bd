import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { Drill } from '../../core/drill.ts';
import { checkDrill } from '../../core/drill-check.ts';
import { BadInput } from '../../core/errors.ts';
import type { Source } from '../../core/record.ts';
import type { SuiteSettings, Target } from '../../drills/target.ts';

/** The environment of a function, as the stack sets it. */
export type Environment = { [name: string]: string | undefined };

/** What a function is told of its suite, checked. */
export interface Suite {
  settings: SuiteSettings;
  drills: Drill[];
  source: Source;
  /** The target of a drill, and the one of a name; throw BadInput where there is none. */
  targetOf(drill: Drill): Target;
  targetNamed(name: string): Target;
  /** Id of the experiment template that injects a drill's fault. */
  templateOf(drill: Drill): string;
}

/** Accounts that emulators use; no drill ever ran in one. */
const dummies = new Set(['000000000000', '111111111111', '123456789012']);

const next = 'deploy the suite again';

const text = z.string().check(z.minLength(1));
const base = { name: text, region: text, account: text };
const target = z.discriminatedUnion('store', [
  z.strictObject({
    store: z.literal('msk'),
    ...base,
    cluster_arn: text,
    cluster_name: text,
    topic: text,
    auth: z.enum(['iam', 'tls']),
  }),
  z.strictObject({ store: z.literal('aurora'), ...base, cluster: text, cluster_arn: text, database: text, user: text, auth: text }),
  z.strictObject({
    store: z.literal('etcd'),
    ...base,
    members: z.array(z.strictObject({ name: text, instance: text, url: text, zone: text })).check(z.minLength(1)),
    tls_secret: z.nullable(text),
    documents: z.strictObject({ status: text, undo: text }),
    snapshots: z.nullable(text),
  }),
]);
const suite = z.strictObject({
  account: text,
  table: text,
  bucket: text,
  topic: text,
  bus: text,
  calendars: z.array(text),
  targets: z.array(target).check(z.minLength(1)),
  placed: z.record(text, text),
  templates: z.record(text, text),
}) satisfies z.ZodMiniType<SuiteSettings>;

/** The suite of a function, from DRILL_SUITE and the drills beside its code. Throws BadInput that names what is wrong. */
export function readSuite(env: Environment, drillsFile: URL = new URL('./drills.json', import.meta.url)): Suite {
  return makeSuite(env, drillsIn(drillsFile));
}

/** The suite of DRILL_SUITE with these drills. Throws BadInput that names what is wrong. */
export function makeSuite(env: Environment, drills: Drill[]): Suite {
  const settings = settingsIn(env);
  for (const drill of drills) checkPlace(settings, drill);
  const targetNamed = (name: string): Target => {
    const found = settings.targets.find((each) => each.name === name);
    if (found === undefined)
      throw new BadInput(`target '${name}'`, 'none', `one of ${settings.targets.map((each) => each.name).join(', ')}`, next);
    return found;
  };
  return {
    settings,
    drills,
    source: sourceOf(env, settings.account),
    targetNamed,
    targetOf: (drill) => targetNamed(settings.placed[drill.name] ?? ''),
    templateOf: (drill) => {
      const id = settings.templates[drill.name];
      if (id !== undefined) return id;
      throw new BadInput('setting DRILL_SUITE templates', `none for ${drill.name}`, 'an experiment template id', next);
    },
  };
}

/** An endpoint override or a dummy account is an emulator, whatever else is set. */
export function sourceOf(env: Environment, account: string): Source {
  const overridden = Object.entries(env).some(
    ([name, value]) => name.startsWith('AWS_ENDPOINT_URL') && value !== undefined && value !== '',
  );
  return overridden || dummies.has(account) ? 'emulator' : 'aws';
}

function settingsIn(env: Environment): SuiteSettings {
  const value = jsonOf('setting DRILL_SUITE', env.DRILL_SUITE ?? '');
  const parsed = suite.safeParse(value, { error: wanted });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map(String);
  const found = path.reduce<unknown>((inside, key) => (inside as { [key: string]: unknown } | undefined)?.[key], value);
  throw new BadInput(
    ['setting DRILL_SUITE', path.join('.')].join(' ').trim(),
    (JSON.stringify(found) ?? 'nothing').slice(0, 80),
    issue?.message ?? 'the settings of a suite',
    next,
  );
}

function wanted(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'msk, aurora or etcd as its store';
    case 'unrecognized_keys':
      return `no ${issue.keys.join(', ')}`;
    case 'too_small':
      return 'something in it';
    default:
      return issue.code.replaceAll('_', ' ');
  }
}

function drillsIn(file: URL): Drill[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadInput(
      'drills.json beside the code',
      error instanceof Error ? error.message : String(error),
      'the drills of the suite',
      next,
    );
  }
  const drills = jsonOf('drills.json', content);
  if (!Array.isArray(drills)) throw new BadInput('drills.json', typeof drills, 'a list of drills', next);
  return drills.map((drill) => drillIn('drills.json', drill));
}

/** A drill as a suite tells it, checked. */
export function drillIn(what: string, drill: unknown): Drill {
  if (typeof drill !== 'object' || drill === null) throw new BadInput(what, JSON.stringify(drill), 'drills', next);
  checkDrill(drill as Drill);
  return drill as Drill;
}

/** A drill must have its place, on a store of its own kind. */
function checkPlace({ placed, targets }: SuiteSettings, { name, store }: Drill): void {
  const found = targets.find((each) => each.name === placed[name]);
  if (found?.store === store) return;
  const got =
    placed[name] === undefined ? 'nothing' : `'${placed[name]}'${found === undefined ? ', which is no target' : ` of ${found.store}`}`;
  throw new BadInput(`setting DRILL_SUITE placed.${name}`, got, `the name of a target of ${store}`, next);
}

export function jsonOf(what: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new BadInput(what, content === '' ? 'nothing' : JSON.stringify(content.slice(0, 80)), 'JSON', next);
  }
}
