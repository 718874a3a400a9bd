import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf, bundlesFolder, entryNames, root, writeBundle } from './bundle.ts';

/**
 * Makes of `dist`, which the compiler has filled, a package that can be published: the functions' bundles as the tests ran
 * them, scripts, documents and a manifest of its own. The project's own manifest stays private. With `clean` it only empties it.
 */
const dist = join(root, 'dist');

interface Manifest {
  [field: string]: unknown;
  dependencies: { [name: string]: string };
  devDependencies: { [name: string]: string };
}

if (process.argv[2] === 'clean') rmSync(dist, { recursive: true, force: true });
else make();

function make(): void {
  for (const entry of entryNames()) writeBundle(bundleOf(entry), join(dist, bundlesFolder, entry));
  for (const folder of ['workflow', 'infra']) copyScripts(folder);
  for (const file of ['LICENSE', 'README.md']) cpSync(join(root, file), join(dist, file));
  cpSync(join(root, 'docs'), join(dist, 'docs'), { recursive: true, filter: (path) => !path.endsWith('.png') });
  writeFileSync(join(dist, 'package.json'), json(manifest(read('package.json') as Manifest)));
  writeFileSync(join(dist, 'cdk.json'), json(cdk(read('cdk.json') as { [field: string]: unknown })));
  const example = readFileSync(join(root, 'drill.config.example.ts'), 'utf8');
  writeFileSync(join(dist, 'drill.config.example.ts'), example.replace('./infra/config/define-config.ts', 'quorum-drills'));
}

/** What is read at run time and is no TypeScript. */
function copyScripts(folder: string): void {
  for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.sh'))) {
    mkdirSync(join(dist, folder), { recursive: true });
    cpSync(join(root, folder, file), join(dist, folder, file));
  }
}

/** Whoever has an app of their own brings CDK; nobody needs what only builds and tests. */
function manifest({ name, version, description, license, type, engines, dependencies, devDependencies }: Manifest): object {
  const of = (dependency: string): string => {
    const found = devDependencies[dependency];
    if (found === undefined) throw new Error(`devDependencies: got no ${dependency}, wanted its version`);
    return found;
  };
  return {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin: { drill: './cli/main.js' },
    exports: {
      '.': { types: './infra/index.d.ts', default: './infra/index.js' },
      './record.schema.json': './docs/record.schema.json',
      './package.json': './package.json',
    },
    dependencies: { ...dependencies, 'cdk-nag': of('cdk-nag') },
    peerDependencies: { 'aws-cdk-lib': `^${of('aws-cdk-lib')}`, constructs: `^${of('constructs')}` },
  };
}

/** For a folder with a drill.config.ts and nothing else: `cdk deploy` runs the package's own app. */
function cdk(own: { [field: string]: unknown }): object {
  return { ...own, app: 'node node_modules/quorum-drills/infra/app.js' };
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
