import { expect, test } from 'vitest';
import { ending } from '../../lambdas/release.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import { virtualWorld } from '../virtual/world.ts';
import { aRun } from './runs-conformance.ts';

test('how a run ends: unhealed first, then refused, then aborted', async () => {
  const { tools } = virtualWorld();
  const claimed = await tools.runs.claim(aRun('run-1'));
  if (claimed.status !== 'claimed') throw new Error(claimed.why);
  const row: RunRow = { ...claimed.row, keys: { ...claimed.row.keys, record: 'k' } };
  const step = { step: 1, template: 't', token: 'k', victims: [], injecting_at: 0, experiment: null };
  const heal = (healed: boolean) => ({ started_at: 0, ended_at: 1, healed, why: 'because' });
  const refused = { kind: 'refused' as const, at: 'preflight' as const, why: 'no' };
  const guard = { at: 0, by: 'guard' as const, why: 'fired' };
  const outcomes = [
    { ...row },
    { ...row, outcome: refused },
    { ...row, steps: [step] },
    { ...row, steps: [step], outcome: refused },
    { ...row, steps: [step], heal: heal(false), halt: guard },
    { ...row, steps: [step], heal: heal(true), halt: guard },
    { ...row, steps: [step], heal: heal(true) },
    { ...row, steps: [step], heal: { ...heal(false), ended_at: null } },
  ].map((each) => ending(each).outcome);
  expect(outcomes).toEqual(['graded', 'refused', 'unhealed', 'unhealed', 'unhealed', 'aborted', 'graded', 'unhealed']);
});
