import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, loopback } from '../../lab/ports.ts';
import { pythonEnvironment } from '../aws/python-environment.ts';

const packages = ['ministack==1.5.33'];
const program = fileURLToPath(new URL('emulator.py', import.meta.url));
const start_limit_ms = 120_000;

export interface MiniStack {
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * MiniStack on a free loopback port, installed on first use; `environment` reaches every function that it runs. What it says
 * goes to `log` in `folder`, where its temporary files lie as well. Throws PythonMissing where there is no Python.
 */
export async function startMiniStack(stand_in: string, folder: string, environment: { [name: string]: string }): Promise<MiniStack> {
  const python = await pythonEnvironment('ministack', packages);
  const port = await freePort();
  const log = await open(join(folder, 'ministack.log'), 'a');
  const child = spawn(python, [program, String(port), stand_in], {
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
    env: { ...environment, ...settings(folder) },
  });
  await log.close();
  const endpoint = `http://${loopback}:${port}`;
  if (await answers(child, endpoint)) return { endpoint, stop: () => stop(child) };
  await stop(child);
  throw new Error(`MiniStack: got no answer, wanted one within ${start_limit_ms} ms; see ${join(folder, 'ministack.log')}`);
}

/** Nothing of the caller's own environment: its credentials must not reach a function. The functions run on this Node. */
function settings(folder: string): { [name: string]: string } {
  return {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: folder,
    TMPDIR: folder,
    BIND_HOST: loopback,
    MINISTACK_HOST: loopback,
    LAMBDA_EXECUTOR: 'local',
    IOT_MTLS_ENABLED: '0',
    // Every call of a function is checked against the policies of its own role.
    AUTH: 'true',
  };
}

async function answers(child: ChildProcess, endpoint: string): Promise<boolean> {
  const until = performance.now() + start_limit_ms;
  while (child.exitCode === null && child.signalCode === null && performance.now() < until) {
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => null);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}

/** The group holds the functions' processes too, and they end with it. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  await ended;
}
