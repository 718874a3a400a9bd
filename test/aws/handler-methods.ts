import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../infra/bundle.ts';
import { moveBetween } from '../../lambdas/aws/runs-lease.ts';
import { handlers } from '../../lambdas/handlers.ts';
import { sweep } from '../../lambdas/sweep.ts';
import type { RunRow, Tools } from '../../lambdas/tools.ts';
import { walks } from '../walks/catalogue.ts';
import { run, walkHere, worldOf } from '../walks/walk.ts';

/** Handlers by the task that runs them: the file below lambdas of the same name. */
const fileOf = (task: string): string => join(root, 'lambdas', `${task.toLowerCase()}.ts`);

/** A handler made from a body does nothing until it is called, which a bundler cannot know; one that is not used is left out then. */
const unusedHandlersGo = {
  name: 'unused-handlers-go',
  setup({ onLoad }: { onLoad(filter: { filter: RegExp }, load: (file: { path: string }) => { contents: string; loader: 'ts' }): void }) {
    onLoad({ filter: /\/lambdas\/[\w-]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/= task\(/g, '= /* @__PURE__ */ task('),
      loader: 'ts',
    }));
  },
};

/** Which methods of the tools a task's handler can call at all: those named in what a bundler leaves of its code. */
export async function reachableMethods(task: string, methods: string[]): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [fileOf(task)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [unusedHandlersGo],
    logLevel: 'error',
  });
  const code = outputFiles[0]?.text ?? '';
  return methods.filter((method) => new RegExp(`\\.${method.replace('.', '(?:\\?)?\\.')}\\b`).test(code));
}

/** The tools that a task's entries name for its function, besides what every function has. */
export function toolsNamed(task: string): string[][] {
  const folder = join(root, 'lambdas/aws/entry');
  const entries = readdirSync(folder).filter((file) => file.split(/[-.]/)[0] === task.toLowerCase());
  return entries.map((file) => {
    const named = /awsTools\(\[(.*)\]\)/.exec(readFileSync(join(folder, file), 'utf8'))?.[1];
    if (named === undefined) throw new Error(`entry ${file}: got no list of parts, wanted one`);
    return named.split(/,(?![^(]*\))/).flatMap((part) => toolsOf[part.trim().replace(/\(.*/, '')] ?? []);
  });
}

/** What each part brings. */
const toolsOf: { [part: string]: string[] } = {
  calendar: ['calendar'],
  evidence: ['evidence'],
  faults: ['faults'],
  listening: ['probe'],
  notices: ['notices'],
  probing: ['probe'],
  running: ['executionRunning'],
  stores: ['topology', 'metrics'],
};

/** What every walk through the workflow saw a task ask of its tools; a change of the row that moves the lease is told apart. */
export async function walkedMethods(): Promise<Map<string, Set<string>>> {
  const seen = new Map<string, Set<string>>();
  const note = (task: string, method: string) => seen.set(task, (seen.get(task) ?? new Set()).add(method));
  for (const walk of walks) {
    const { wrap, ...knobs } = walk.knobs ?? {};
    const world = await worldOf({
      ...walk,
      knobs: {
        ...knobs,
        wrap: (tasks, inside) => {
          const watched = Object.fromEntries(
            Object.keys(handlers(inside.tools)).map((task) => [task, handlers(noted(inside.tools, task, note))[task]!]),
          );
          const all = { ...tasks, ...watched };
          return wrap?.(all, inside) ?? all;
        },
      },
    });
    await walkHere(world, walk);
    world.running.clear();
    await world.clock.drive(sweep(noted(world.tools, 'Sweep', note))());
  }
  return seen;
}

/** The same tools, which note what is asked of them. */
function noted(tools: Tools, task: string, note: (task: string, method: string) => void): Tools {
  const parts = Object.entries(tools).map(([part, value]) => {
    if (part === 'clock' || typeof value !== 'object' || Array.isArray(value))
      return [part, part === 'executionRunning' ? asked(value) : value];
    return [part, new Proxy(value, { get: (target, name) => method(target, part, String(name)) })];
  });
  function asked(call: Tools['executionRunning']): Tools['executionRunning'] {
    return (execution) => {
      note(task, 'executionRunning');
      return call(execution);
    };
  }
  function method(target: { [name: string]: unknown }, part: string, name: string): unknown {
    const own = target[name];
    if (typeof own !== 'function') return own;
    return (...values: unknown[]) => {
      note(task, part === 'evidence' ? `${part}.${name} of ${documentIn(values[0])}` : `${part}.${name}`);
      return own.apply(target, part === 'runs' && name === 'change' ? [values[0], watchedEdit(values[1] as Edit)] : values);
    };
  }
  function watchedEdit(edit: Edit): Edit {
    return (row) => {
      const before = structuredClone(row);
      const next = edit(row);
      const move = next === null ? null : moveBetween(before, next);
      if (move !== null) note(task, `runs.change that ${move.kind}s`);
      return next;
    };
  }
  return Object.fromEntries(parts) as Tools;
}

/** A key without its run; any segment stands for all. */
function documentIn(key: unknown): string {
  return String(key)
    .replace(`${run}/`, '')
    .replace(/^segments\/\d+\./, 'segments/1.');
}

type Edit = (row: RunRow) => RunRow | null;
