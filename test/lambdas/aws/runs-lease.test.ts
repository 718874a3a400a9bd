import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowItem } from '../../../lambdas/aws/dynamodb-items.ts';
import { moveBetween } from '../../../lambdas/aws/runs-lease.ts';
import { newRow } from '../../../lambdas/new-run.ts';
import { isOver } from '../../../lambdas/row.ts';
import type { RunRow, Step } from '../../../lambdas/tools.ts';
import { aRun } from '../runs-conformance.ts';

const phases: RunRow['phase'][] = ['claimed', 'admitted', 'watching', 'injecting', 'injected', 'healing', 'healed', 'closed'];

const steps = fc.array(
  fc.record({ step: fc.integer({ min: 1, max: 3 }), victims: fc.subarray(['m1', 'm2']), experiment: fc.constantFrom(null, 'EXP1') }),
  { maxLength: 2 },
);
const rows = fc.record({ phase: fc.constantFrom(...phases), halted: fc.boolean(), steps }).map(({ phase, halted, steps: all }): RunRow => {
  const full = all.map((each): Step => ({ ...each, template: 'EXT1', token: `a/${each.step}`, injecting_at: 1 }));
  return { ...newRow(aRun('a'), 1), phase, steps: full, halt: halted ? { at: 1, by: 'person', why: 'enough' } : null };
});

test('a run that is over announces nothing, and one that becomes so takes back what it announced', () => {
  fc.assert(
    fc.property(rows, rows, (before, next) => {
      const move = moveBetween(before, next);
      if (isOver(next)) expect(move?.kind).toBe(isOver(before) ? undefined : 'withdraw');
      else expect(move?.kind).not.toBe('withdraw');
    }),
  );
});

test('only a step in the phase injecting is announced, and the same one only once', () => {
  fc.assert(
    fc.property(rows, rows, (before, next) => {
      const move = moveBetween(before, next);
      if (move?.kind !== 'announce') return;
      expect(next.phase).toBe('injecting');
      expect(move.step).toEqual(next.steps.at(-1));
      expect(moveBetween(next, next)).toBeNull();
    }),
  );
});

/** A rolling drill, admitted ten times over every partition. */
function longestRow(): RunRow {
  const partitions = Array.from({ length: 300 }, (_, partition) => ({
    partition,
    leader: (partition * 7) % 9,
    replicas: [partition % 9, (partition + 3) % 9, (partition + 6) % 9],
    isr: [partition % 9, (partition + 3) % 9, (partition + 6) % 9],
  }));
  const beat = {
    at: 1.25,
    witness: 'even',
    segment: 4,
    service: partitions.map(({ partition }) => lane(partition)),
    longest_stall_ms: 12.5,
  };
  const decisions = Array.from({ length: 10 }, (_, stage) => partitions.map(({ partition }) => decision(stage, partition))).flat();
  const row = newRow(aRun('a'), 1);
  return {
    ...row,
    beats: {
      even: { ...beat, partitions: { seen_at: 1, states: partitions } },
      odd: { ...beat, partitions: { seen_at: 2, states: partitions } },
    },
    admission: decisions,
    margins: Array.from({ length: 1_250 }, (_, poll) => ({ at: 1_800_000_000_000.25 + poll * 1_003.7, margin: poll % 3 })),
    events: Array.from({ length: 400 }, (_, n) => ({
      at: 1_800_000_000_000 + n * 977,
      what: 'experiment-status',
      who: `EXP${n * 7919}`,
      text: `${n} `.repeat(200),
    })),
    topology: { store: 'msk', partitions } as unknown as RunRow['topology'],
  } as unknown as RunRow;
}

const lane = (partition: number) => ({
  lane: `p${partition}#4`,
  acked: 9_000 + partition,
  acked_hz: 1.5 + (partition % 7) / 10,
  last_ok_at: 1_800_000_000_000.125 + partition * 3.3,
  healthy_since: 1_799_999_990_000.5 + partition * 5.7,
  last_not_ok_at: null,
  not_ok: partition % 4,
  server: `${partition % 9}`,
});

const decision = (stage: number, partition: number) => ({
  at: 1_800_000_000_000 + stage * 60_000,
  stage: 'readmission',
  admit: true,
  inequality: `p${partition}: ISR ${partition % 9},${(partition + 3) % 9},${(partition + 6) % 9} without broker ${stage} keeps 2 >= min ISR 2`,
  margin: 0,
  victims: [`${stage}`],
  step: stage,
});

test('a row of nine brokers and 300 partitions, polled as often as a history allows, is a fifth of what DynamoDB takes', async () => {
  const row = longestRow();
  const { body } = await rowItem(row, 'nonce');
  expect(JSON.stringify(row).length).toBeGreaterThan(400 * 1024);
  expect(body?.B?.length).toBeLessThan(80 * 1024);
});
