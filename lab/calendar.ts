import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Calendar } from '../lambdas/tools.ts';
import { drillHome } from './home.ts';

const freezes = z.array(z.object({ from: z.iso.datetime(), to: z.iso.datetime(), why: z.string() }));

/** The lab's freeze calendar: `freeze.json` in the drill home, `[{ from, to, why }]` in UTC. No file is open; an unreadable one throws. */
export function fileCalendar(path = join(drillHome(), 'freeze.json')): Calendar {
  return {
    async open(from, to) {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { open: true, why: 'no freeze calendar' };
        throw error;
      }
      const hit = freezes.parse(JSON.parse(text)).find((freeze) => Date.parse(freeze.from) < to && from < Date.parse(freeze.to));
      return hit
        ? { open: false, why: `frozen from ${hit.from} to ${hit.to}: ${hit.why}` }
        : { open: true, why: 'no freeze in the window' };
    },
  };
}
