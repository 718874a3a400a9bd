import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

/** Root of the project, where the entries' paths start. */
export const root: string = fileURLToPath(new URL('..', import.meta.url));

// Packages written for CommonJS ask for Node's own modules by require, which an ES module does not have.
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const options: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  sourcesContent: false,
  banner: { js: banner },
  logLevel: 'error',
};

/** What was written, and the project's and packages' files that went into it, relative to the root. */
export interface Bundle {
  outfile: string;
  inputs: string[];
}

/** Writes `folder/index.mjs` and its source map from one TypeScript entry, everything it imports inside: nothing is external, so that AWS runs the SDK that the tests ran. */
export function bundle(entry: string, folder: string): Bundle {
  const outfile = join(folder, 'index.mjs');
  const { metafile } = buildSync({ ...options, absWorkingDir: root, entryPoints: [entry], outfile, metafile: true });
  return { outfile, inputs: Object.keys(metafile.inputs) };
}
