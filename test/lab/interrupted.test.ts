import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../core/report.ts';
import { drill, type Running, start } from '../cli/drill.ts';
import { leftBehind } from './left-behind.ts';

/** Each test has a drill home of its own; the engine is found anew there. */
let home: string;
let env: { [name: string]: string };
beforeEach(async () => {
  home = await mkdtemp('/var/tmp/drill-home-');
  env = { DRILL_HOME: home };
});
afterEach(() => rm(home, { recursive: true, force: true }));

function run(name = 'aurora-failover'): Running {
  return start(['run', name, '--json', '--out', join(home, 'out')], env);
}

const clean = { processes: [], folders: [], journals: [] };

describe('a signal heals first and ends with 4, in every phase', () => {
  test.each([
    ['SIGINT', 'cluster', /starting 6 PostgreSQL copies/],
    ['SIGINT', 'load', /clean load before the fault/],
    ['SIGINT', 'fault', /breaking pg-1/],
    ['SIGTERM', 'fault', /breaking pg-1/],
    ['SIGTERM', 'recovery', /writes are acknowledged/],
    ['SIGHUP', 'recovery', /writes are acknowledged/],
  ] as const)('%s during %s', async (signal, _, phase) => {
    const running = run();
    await running.says(phase);
    running.child.kill(signal);
    const { code, err, out } = await running.ended;
    expect(code, err).toBe(4);
    expect(err).toContain(`${signal}: stopping the drill and healing first`);
    expect(out).toMatch(/"outcome": ?"(aborted|refused)"/);
    expect(await leftBehind(home)).toEqual(clean);
  });

  test('SIGINT during verification is too late to abort: the verdict stands', async () => {
    const running = run();
    await running.says(/reading back every acknowledged write/);
    running.child.kill('SIGINT');
    const { code, out } = await running.ended;
    expect({ code, outcome: (JSON.parse(out) as Report).outcome }).toEqual({ code: 0, outcome: 'completed' });
    expect(await leftBehind(home)).toEqual(clean);
  });

  test('a second signal leaves at once, and nothing is left behind', async () => {
    const running = run();
    await running.says(/breaking pg-1/);
    running.child.kill('SIGINT');
    await running.says(/stopping the drill/);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(4);
    const { processes, folders } = await leftBehind(home);
    expect({ processes, folders }).toEqual({ processes: [], folders: [] });
  });
});

describe('SIGKILL, then a new start', () => {
  test.each([
    ['while the cluster starts', /starting 6 PostgreSQL copies/],
    ['while the writer is down', /breaking pg-1/],
  ])('%s', async (_, phase) => {
    const killed = run();
    await killed.says(phase);
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    const again = await drill(['run', 'aurora-no-reader-twin', '--json', '--out', join(home, 'again')], env);
    expect(again.code, again.err).toBe(3);
    expect(await leftBehind(home)).toEqual(clean);
  });

  test('the killed run is graded by the next start with what it left, and never passes', async () => {
    const killed = run();
    await killed.says(/pg-\d promoted|is the writer now|writes are acknowledged/);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const again = await drill(['run', 'aurora-no-reader-twin', '--json', '--out', join(home, 'again')], env);
    expect(again.err).toContain('its program was killed');
    const { err } = await drill(['doctor'], env);
    expect(err).toBe('');
    const evidence = join(home, 'out', 'evidence');
    const report = JSON.parse(await readFile(join(evidence, await reportBelow(evidence)), 'utf8')) as Report;
    expect(report.verdict).not.toBe('pass');
  });
});

test('two at once: the second is refused with 3 and says who holds the lab', async () => {
  const first = run();
  await first.says(/clean load before the fault/);
  const second = await drill(['run', 'aurora-failover', '--json', '--out', join(home, 'second')], env);
  first.child.kill('SIGINT');
  await first.ended;
  expect(second.code).toBe(3);
  expect(second.err).toContain('lab/aurora is held by aurora-failover-');
});

async function reportBelow(folder: string): Promise<string> {
  const found = (await readdir(folder, { recursive: true })).find((name) => name.endsWith('report.json'));
  if (!found) throw new Error(`no report below ${folder}`);
  return found;
}
