import { expect, test } from 'vitest';
import { admit } from '../../core/admission.ts';
import { mskRollingRestart } from '../../drills/msk-rolling-restart.ts';
import { Narrator, type Progress } from '../../lab/progress.ts';
import { plannedTopology } from '../../lab/stores.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import type { Beat } from '../../probe/contract.ts';
import type { StateNews } from '../../workflow/walk.ts';
import { aTopology } from '../core/a-record.ts';

const kafka = plannedTopology(mskRollingRestart, 0);
const six = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'];

function beat(witness: Beat['witness'], targets: string[], down: string[], server = 'broker-1@4'): Beat {
  const service = targets.map((target) => ({
    lane: `${target}#0`,
    acked: 10,
    acked_hz: 5,
    last_ok_at: 1,
    healthy_since: down.includes(target) ? null : 1,
    last_not_ok_at: null,
    not_ok: 0,
    server,
  }));
  return { at: 1, witness, segment: 0, service, longest_stall_ms: 0 };
}

function rowOf(edit: Partial<RunRow>): RunRow {
  const row: Partial<RunRow> = { drill: 'msk-rolling-restart', store: 'lab/msk', steps: [], admission: [], topology: kafka, ...edit };
  return { beats: { even: null, odd: null }, halt: null, phase: 'injected', ...row } as RunRow;
}

/** What is told of these rows, one for each piece of news. */
async function told(...heard: [state: string, kind: StateNews['kind'], row: RunRow][]): Promise<string[]> {
  const lines: Progress[] = [];
  const rows = heard.map(([, , row]) => row);
  const narrator = new Narrator(
    async () => rows.shift(),
    () => [],
    (progress) => lines.push(progress),
  );
  for (const [state, kind] of heard) narrator.hear({ state, kind, at: 0 } as StateNews);
  await narrator.finished();
  return lines.map(({ text }) => text);
}

const watched = (down: string[]): [string, StateNews['kind'], RunRow] => [
  'Watch',
  'exited',
  rowOf({ beats: { even: beat('even', six, down), odd: beat('odd', six, down) } }),
];

test('many lanes are told by their partitions, and only when something changed', async () => {
  expect(await told(watched([]), watched([]), watched(['p4', 'p0']), watched(['p4']), watched(['p4']), watched([]))).toEqual([
    'writes are acknowledged on all 6 partitions (120 so far)',
    'writes are not acknowledged on 2 of 6 partitions: p0, p4 (120 so far)',
    'writes are not acknowledged on 1 of 6 partitions: p4 (120 so far)',
    'writes are acknowledged on all 6 partitions (120 so far)',
  ]);
});

test('one endpoint is told by its server', async () => {
  const beats = { even: beat('even', ['writer'], [], 'pg-2@2'), odd: beat('odd', ['writer'], [], 'pg-2@2') };
  expect(await told(['Watch', 'exited', rowOf({ drill: 'aurora-failover', topology: aTopology(), beats })])).toEqual([
    'writes are acknowledged (20 so far, by pg-2@2)',
  ]);
});

test.each([
  ['msk-rolling-restart', 2, 'step 2 of 3: breaking broker-2'],
  ['msk-broker-loss', 1, 'breaking broker-1'],
])('%s: step %i', async (drill, n, line) => {
  const steps = Array.from({ length: n }, (_, i) => ({
    step: i + 1,
    template: 't',
    token: `run/${i + 1}`,
    victims: [`broker-${i + 1}`],
    injecting_at: 0,
    experiment: null,
  }));
  expect(await told(['Start', 'entered', rowOf({ drill, steps })])).toEqual([line]);
});

test('of many partitions the worst are told and the rest counted; the second look tells the decisive line alone', async () => {
  const admission = admit(mskRollingRestart, kafka, 'preflight', 0);
  const again = [...admission, ...admit(mskRollingRestart, kafka, 'readmission', 0)];
  const lines = await told(['Break', 'entered', rowOf({ admission })], ['Start', 'exited', rowOf({ admission: again })]);
  const partitions = lines.filter((line) => /^topic /.test(line));
  expect(partitions.map((line) => / (p\d): /.exec(line)?.[1])).toEqual(['p0', 'p1', 'p0']);
  expect(lines).toContain('and 4 partitions more, none worse');
});
