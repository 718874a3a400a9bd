import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export interface Said {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** A running `drill` command. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Said>;
  /** Resolves when stderr has said this; rejects when the command ends without. */
  says(pattern: RegExp): Promise<void>;
}

/** Starts the command as a user would, without colour. */
export function start(args: string[], env: { [name: string]: string } = {}): Running {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ended = new Promise<Said>((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...said })));
  const says = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(said.err)) resolve();
      };
      child.stderr.on('data', look);
      void ended.then(({ err }) => reject(new Error(`ended without saying ${pattern}: ${err}`)));
      look();
    });
  return { child, ended, says };
}

/** Runs the command to its end. */
export function drill(args: string[], env: { [name: string]: string } = {}): Promise<Said> {
  return start(args, env).ended;
}
