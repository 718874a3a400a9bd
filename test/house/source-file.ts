import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One text file of the project; `path` is relative to its root, with forward slashes. */
export interface SourceFile {
  path: string;
  text: string;
}

/** One import: `target` is a path inside the project for a relative import, else the name as written. */
export interface Import {
  target: string;
  lazy: boolean;
  typeOnly: boolean;
  statement: string;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const outside = new Set(['node_modules', '.git', 'runs', 'cdk.out', 'dist', '.bundles', 'coverage']);
const text = /\.(ts|json|md|sh|html|yml|yaml|css)$|(^|\/)(run|LICENSE|\.gitignore|\.npmrc)$/;

/** Every text file of the project, installed and generated folders left out. */
export function projectFiles(folder = root): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = join(folder, entry.name);
    if (entry.isDirectory()) return outside.has(entry.name) ? [] : projectFiles(full);
    const path = relative(root, full).split(sep).join('/');
    return text.test(path) ? [{ path, text: readFileSync(full, 'utf8') }] : [];
  });
}

// A statement starts its line, so that an example in a comment or a string is no import.
const statement = /^[ \t]*(?:import|export)\s(?:[^'"`;=(]*?\bfrom\s*)?['"]([^'"]+)['"]/gm;
const lazily = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** All imports and re-exports of a TypeScript file, the lazy ones included. */
export function importsOf(file: SourceFile): Import[] {
  if (!file.path.endsWith('.ts')) return [];
  const found: Import[] = [];
  for (const [pattern, lazy] of [
    [statement, false],
    [lazily, true],
  ] as const) {
    for (const match of code(file.text).matchAll(pattern)) {
      const name = match[1] ?? '';
      found.push({
        target: name.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file.path), name)) : name,
        lazy,
        typeOnly: /^\s*(import|export)\s+type\b/.test(match[0]),
        statement: match[0].trim(),
      });
    }
  }
  return found;
}

/** First folder of a path, or the empty string for a file at the root. */
export function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

/** The text without comments that fill their line; what follows code on a line stays. */
export function code(source: string): string {
  return source.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
}
