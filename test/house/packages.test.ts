import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  hasInstallScript?: boolean;
  optionalDependencies?: { [name: string]: string };
}

const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as { [part: string]: { [name: string]: string | boolean } | undefined };
const locked = read('package-lock.json').packages as { [path: string]: Locked };

/** Optional packages that a package names and the lock file does not hold in any folder above it. */
function missing(packages: { [path: string]: Locked }): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => {
    const parts = path.split('/node_modules/');
    const above = [...parts.keys()].map((depth) => `${parts.slice(0, depth + 1).join('/node_modules/')}/node_modules/`);
    return Object.keys(optionalDependencies).filter(
      (name) => ![...above, 'node_modules/'].some((folder) => `${folder}${name}` in packages),
    );
  });
}

test('the lock file holds every platform, or npm ci refuses it elsewhere', () => {
  expect(missing(locked)).toEqual([]);
  expect(missing({ 'node_modules/a': { optionalDependencies: { 'a-darwin': '1.0.0' } } })).toEqual(['a-darwin']);
});

test('install scripts run for the packages that have one, and for no other', () => {
  const scripted = Object.entries(locked).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.replace(/^.*node_modules\//, '')] : [],
  );
  expect(Object.keys(manifest.allowScripts ?? {}).sort()).toEqual(scripted.sort());
});

test('every version is pinned', () => {
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.length).toBeGreaterThan(10);
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))).toEqual([]);
});
