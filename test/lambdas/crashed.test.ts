import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { finishCrashed } from '../../lab/crashed.ts';
import { fileEvidence } from '../../lab/evidence.ts';
import { sqliteRuns } from '../../lab/runs.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import { aRecord, STARTED_AT } from '../core/a-record.ts';
import { virtualClock } from '../virtual/clock.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-crashed-'));
  vi.stubEnv('DRILL_HOME', folder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('a killed run keeps what its witnesses left, and never passes', async () => {
  const clock = virtualClock();
  const runs = sqliteRuns(':memory:');
  const now = clock.now();
  const times = { claimed_at: now, deadline_at: now + 60_000, heal_deadline_at: now + 120_000, expires_at: now + 180_000 };
  // No process was born then, so its program is gone.
  const execution = `lab:1:never:${folder}`;
  await runs.claim({ run: 'run-1', execution, drill: 'aurora-failover', store: 'lab/aurora', slot: null, takeover: false, ...times });
  await runs.change('run-1', (row) => ({
    ...row,
    phase: 'injected',
    segments: [{ segment: 0, witness: 'even', opened_at: now, closed_at: null, died: false, key: null }],
    steps: [{ step: 1, template: 'aurora-failover', token: 'run-1/1', victims: ['pg-1'], injecting_at: now, experiment: 'EXP1' }],
  }));
  const { probe } = aRecord();
  const evidence = fileEvidence(join(folder, 'evidence'));
  const lanes = probe.lanes.filter((lane) => lane.segment === 0);
  await evidence.put('run-1/segments/0.json', { final: false, record: probe.segments[0], lanes, series: [] });

  await finishCrashed(runs, clock, () => undefined);

  const row = (await runs.read('run-1')) as RunRow;
  expect(row.released).toBe('free');
  const record = (await evidence.get(row.keys.record ?? 'none')) as Record;
  expect(record).toMatchObject({ healed: false, probe: { segments: [{ died: true, from: STARTED_AT + 980 }] } });
  expect(record.probe.lanes).toHaveLength(lanes.length);
  expect(await evidence.get(row.keys.report ?? 'none')).toMatchObject({
    outcome: 'unhealed',
    verdict: 'inconclusive',
  } satisfies Partial<Report>);
  runs.close();
});
