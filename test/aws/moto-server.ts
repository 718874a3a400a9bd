import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, loopback } from '../../lab/ports.ts';
import { awsPython } from './aws-python.ts';

/**
 * One request at a time, because moto's tables are not safe for threads while DynamoDB's transactions are serializable. It ends
 * when its input does, so that no way in which the tests die leaves it behind.
 */
const program = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple('${loopback}', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

const start_limit_ms = 60_000;
const tries = 3;

export interface MotoServer {
  endpoint: string;
  /** Forgets everything that was made in it. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Moto's server on a free loopback port, installed on first use; throws PythonMissing where there is no Python. */
export async function startMoto(): Promise<MotoServer> {
  const python = await awsPython();
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = spawn(python, ['-c', program, String(port)], { stdio: ['pipe', 'ignore', 'pipe'] });
    const said: string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => {
      said.push(chunk.toString());
      said.splice(0, said.length - 20);
    });
    const endpoint = `http://${loopback}:${port}`;
    if (await answers(child, endpoint)) return { endpoint, reset: () => reset(endpoint), stop: () => stop(child) };
    await stop(child);
    // Somebody else may have taken the port meanwhile.
    if (attempt === tries) throw new Error(`moto: got no answer, wanted one within ${start_limit_ms} ms; it said: ${said.join('')}`);
  }
}

async function answers(child: ChildProcess, endpoint: string): Promise<boolean> {
  const until = performance.now() + start_limit_ms;
  while (child.exitCode === null && child.signalCode === null && performance.now() < until) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => null);
    if (answer?.ok) return true;
    await sleep(50);
  }
  return false;
}

async function reset(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  if (!answer.ok) throw new Error(`moto reset: got ${answer.status}, wanted 200`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(late);
}
