import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/** Root of the project, where the entries' paths start. */
export const root: string = fileURLToPath(new URL('..', import.meta.url));

/** Folder of the functions' entries, one file each. */
export const entryFolder = 'lambdas/aws/entry';

// Packages written for CommonJS ask for Node's own modules by require, which an ES module does not have.
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Nothing is written there: source maps name their sources from it, so that they are the same wherever a bundle ends up. */
const nowhere = join(root, 'out');

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: {
    // The same code with its WebAssembly inside, where the default reads a file of its package at run time.
    '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled',
    '@aws-sdk/credential-provider-node': './lambdas/aws/bundled/credentials.ts',
    '@aws-sdk/credential-providers': './lambdas/aws/bundled/credentials.ts',
    // MSK's signer loads it to say who it is when it is debugged.
    '@aws-sdk/client-sts': './lambdas/aws/bundled/nothing.ts',
    // Knows browsers by their names.
    bowser: './lambdas/aws/bundled/nothing.ts',
    // Of Kafka's client only connections are used; its index and its connections load much more.
    '@platformatic/kafka': './lambdas/aws/bundled/kafka.ts',
    'ajv/dist/2020.js': './lambdas/aws/bundled/ajv.ts',
    mnemonist: './lambdas/aws/bundled/mnemonist.ts',
    // An alias is taken for the start of a path too, and the SDK names this file by itself.
    'mnemonist/lru-cache': './node_modules/mnemonist/lru-cache.js',
  },
  sourcemap: 'linked',
  sourcesContent: false,
  banner: { js: banner },
  logLevel: 'error',
  outdir: nowhere,
  outExtension: { '.js': '.mjs' },
  entryNames: '[name]/index',
  write: false,
  metafile: true,
};

/** One function's code: `index.mjs` with its source map, and the project's and packages' files that went into it, relative to the root. */
export interface Bundle {
  files: { [name: string]: Uint8Array };
  inputs: string[];
}

/**
 * Bundles TypeScript entries, by the names given to them, in one go because they share most of what they import. Everything is
 * inside: nothing is external, so that AWS runs the SDK that the tests ran.
 */
export function bundle(entries: { [name: string]: string }): Map<string, Bundle> {
  // Asked for only now: the published package brings its bundles ready-made, and no bundler.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  const { outputFiles, metafile } = buildSync({ ...options, entryPoints: entries });
  const bundles = new Map<string, Bundle>(Object.keys(entries).map((name) => [name, { files: {}, inputs: [] }]));
  for (const { path, contents } of outputFiles ?? []) {
    const bundle = bundles.get(basename(dirname(path)));
    if (bundle === undefined) continue;
    bundle.files[basename(path)] = contents;
    bundle.inputs.push(...Object.keys(metafile?.outputs[relative(root, path)]?.inputs ?? {}));
  }
  return bundles;
}

let all: Map<string, Bundle> | undefined;

/** Where the published package has its bundles; the project itself has none. */
export const bundlesFolder = 'bundles';

/** The bundle of one entry file: ready-made in the published package; else all are made together, once in a process. */
export function bundleOf(entry: string): Bundle {
  const ready = join(root, bundlesFolder, entry);
  if (existsSync(ready)) return { files: filesIn(ready), inputs: [] };
  all ??= bundle(Object.fromEntries(entryNames().map((name) => [name, `${entryFolder}/${name}.ts`])));
  const found = all.get(entry);
  if (found === undefined) throw new Error(`entry ${entry}: got none in ${entryFolder}, wanted one of ${[...all.keys()].join(', ')}`);
  return found;
}

function filesIn(folder: string): Bundle['files'] {
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]));
}

/** Names of the entry files. */
export function entryNames(): string[] {
  return readdirSync(join(root, entryFolder)).map((file) => file.replace(/\.ts$/, ''));
}

/** Writes a bundle into a folder. */
export function writeBundle({ files }: Bundle, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
}
