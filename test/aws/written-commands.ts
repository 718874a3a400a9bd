import { importsOf, projectFiles, type SourceFile } from '../house/source-file.ts';

/** One `new SomeCommand({ ... })` as it stands in a source. */
export interface WrittenCommand {
  path: string;
  /** The SDK's package without its beginning, such as `secrets-manager`. */
  service: string;
  operation: string;
  /** Members of its literal; null where it is given something else. */
  members: string[] | null;
  /** Whether more may come out of a spread. */
  spread: boolean;
}

const files = projectFiles().filter(({ path }) => /^(lambdas|cli|probe|core|drills|workflow|report)\/.*\.ts$/.test(path));
const byPath = new Map(files.map((file) => [file.path, file]));

/** Every source that may talk to AWS. */
export const sources: SourceFile[] = files.filter(({ path }) => /^(lambdas\/aws\/|cli\/aws)/.test(path));

/** Those that the functions' entries reach; the others belong to the command. */
export const functionSources: SourceFile[] = reached(sources.filter(({ path }) => path.startsWith('lambdas/aws/entry/')));

function reached(from: SourceFile[]): SourceFile[] {
  const found = new Set(from);
  for (const file of found) {
    for (const { target, typeOnly } of importsOf(file)) {
      const next = typeOnly ? undefined : byPath.get(target);
      if (next !== undefined) found.add(next);
    }
  }
  return [...found];
}

/** The commands that a source makes. */
export function commandsIn(file: SourceFile): WrittenCommand[] {
  return [...file.text.matchAll(/\bnew (\w+)Command\(\s*(\{)?/g)].map((found) => {
    const [all, operation = '', brace] = found;
    const inside = brace === undefined ? null : literalFrom(file.text, found.index + all.length);
    return {
      path: file.path,
      service: packageOf(file, operation),
      operation,
      members: inside === null ? null : membersOf(inside),
      spread: inside?.includes('...') ?? true,
    };
  });
}

function packageOf({ path, text }: SourceFile, operation: string): string {
  const imported = new RegExp(`\\b${operation}Command\\b[^;]*?from '@aws-sdk/client-([\\w-]+)'`).exec(text)?.[1];
  if (imported === undefined) throw new Error(`${path}: got ${operation}Command from nowhere, wanted it imported from a client of the SDK`);
  return imported;
}

/** The text of an object literal after its brace, with what lies deeper or in strings taken out. */
function literalFrom(text: string, start: number): string {
  const flat = text.slice(start).replaceAll(/'[^'\n]*'|`(?:[^`\\]|\\.)*`|\/\/.*/g, '0');
  let depth = 1;
  let found = '';
  for (const each of flat) {
    if ('}])'.includes(each)) depth -= 1;
    if (depth === 0) return found;
    if (depth === 1) found += each;
    if ('{[('.includes(each)) depth += 1;
  }
  throw new Error(`literal at ${start}: got no end, wanted one`);
}

/** Names before a colon, and those that stand for themselves; a spread is none. */
function membersOf(literal: string): string[] {
  return literal
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('...'))
    .map((part) => /^\w+/.exec(part)?.[0] ?? part);
}
