import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { findEtcd } from '../../lab/etcd/binaries.ts';
import { sweepJournals } from '../../lab/journal.ts';
import { identify } from '../../lab/process.ts';
import { leftBehind } from './left-behind.ts';

const program = fileURLToPath(new URL('./etcd-starts.ts', import.meta.url));

/** A program with an etcd of its own, below a drill home of its own. */
async function started(home: string): Promise<{ end(signal: NodeJS.Signals): Promise<void>; pids: number[]; logs: string }> {
  const { bin } = await findEtcd();
  const env = { ...process.env, DRILL_HOME: home, ETCD_BIN: bin };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { pids, logs } = JSON.parse(line.toString()) as { pids: number[]; logs: string };
  return {
    pids,
    logs,
    end: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

afterEach(() => vi.unstubAllEnvs());

const alive = async (pids: number[]): Promise<number> => (await Promise.all(pids.map(identify))).filter((who) => who !== null).length;

test.for(['SIGTERM', 'SIGKILL'] as const)('%s of the program leaves no member and no data, the frozen one included', async (signal) => {
  const home = await mkdtemp(join(tmpdir(), 'drill-home-'));
  await chmod(home, 0o711);
  try {
    const { end, pids, logs } = await started(home);
    expect(await alive(pids)).toBe(3);
    await end(signal);
    if (signal === 'SIGKILL') {
      expect(await alive(pids)).toBe(3);
      vi.stubEnv('DRILL_HOME', home);
      expect((await sweepJournals()).programs).toBe(1);
    }
    expect(await alive(pids)).toBe(0);
    expect(await leftBehind(home)).toMatchObject({ processes: [], folders: [] });
    await rm(logs, { recursive: true, force: true });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
