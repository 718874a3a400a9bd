import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Evidence } from '../lambdas/tools.ts';

/** JSON documents as files below `folder`; a write is whole or not there (written beside, synced, renamed). */
export function fileEvidence(folder: string): Evidence {
  const root = resolve(folder);
  const pathOf = (key: string): string => {
    const path = resolve(join(root, key));
    if (!path.startsWith(root + sep)) throw new Error(`evidence key leaves its folder: ${key}`);
    return path;
  };
  return {
    async put(key, value) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      // Two writes of one document at once must not share it.
      const beside = `${path}.${randomUUID()}.part`;
      const file = await open(beside, 'w');
      try {
        await file.writeFile(JSON.stringify(value));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    },
    async get(key) {
      let text: string;
      try {
        text = await readFile(pathOf(key), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
      return JSON.parse(text);
    },
  };
}
