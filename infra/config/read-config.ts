import { BadInput } from '../../core/errors.ts';
import { type Config, schema } from './schema.ts';

/** As much of a zod issue as is told to a person. */
interface Issue {
  code?: string | undefined;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  /** Of a union: the issues of each branch. */
  errors?: Issue[][];
  /** Of a wrong name: what is wrong with it. */
  issues?: Issue[];
}

const secrets = /^(auth|tlsSecret|password|secret|token|key)$/i;

/** The configuration with its defaults. Throws BadInput that names every wrong value with its path, what was there and what is wanted. */
export function readConfig(value: unknown): Config {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first, ...others] = result.error.issues.map((issue) => described(value, issue as Issue));
  if (first === undefined) throw result.error;
  const too = others.map(({ what, got, wanted }) => `; ${what}: got ${got}, wanted ${wanted}`).join('');
  throw new BadInput(first.what, first.got, `${first.wanted}${too}`, first.next);
}

function described(value: unknown, outer: Issue) {
  const issue = deepest(outer);
  const what = issue.path.length === 0 ? 'drill.config.ts' : issue.path.map(String).join('.');
  const next = 'mend it in drill.config.ts';
  if (issue.keys !== undefined) {
    const secret = issue.keys.some((key) => secrets.test(key));
    return {
      what,
      got: `the unknown key ${issue.keys.join(', ')}`,
      wanted: 'only keys that drill.config.example.ts shows',
      next: secret ? 'put what is secret into Secrets Manager and give its ARN' : next,
    };
  }
  const key = issue.code === 'invalid_key' ? issue.path.at(-1) : undefined;
  return { what, got: key === undefined ? shown(issue.path, value) : `the name '${String(key)}'`, wanted: wantedBy(issue), next };
}

/** Where the schema says nothing of its own, zod's words without their preface. */
function wantedBy({ message: outer, issues }: Issue): string {
  const message = issues?.[0]?.message ?? outer;
  return /^Invalid input: expected (.+?)(, received .+)?$/.exec(message)?.[1] ?? message;
}

/** Of a union the branch that was meant: one that knows every key, and gets further than the union itself. */
function deepest(issue: Issue): Issue {
  const meant = (issue.errors ?? []).find((branch) => branch.every(({ keys, path }) => keys === undefined && path.length > 0));
  const first = meant?.[0];
  return first === undefined ? issue : deepest({ ...first, path: [...issue.path, ...first.path] });
}

/** The value at a path, short; a secret that was written where its reference belongs is not repeated. */
function shown(path: PropertyKey[], value: unknown): string {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as { [key: PropertyKey]: unknown })[key] : undefined),
    value,
  );
  if (found === undefined) return 'nothing';
  const text = typeof found === 'string' ? `'${found}'` : (JSON.stringify(found) ?? typeof found);
  if (typeof found === 'string' && secrets.test(String(path.at(-1)))) return `a text of ${found.length} characters`;
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}
