import { expect } from 'vitest';
import { virtualFailover } from '../virtual/drill.ts';
import { frozenFor, listening, manners, within } from './knobs.ts';
import type { Walk } from './walk.ts';

/** Drills that run to their end and prove something, or nothing. */
export const verdicts: Walk[] = [
  { name: 'pass', ends: 'SUCCEEDED', graded: 'pass A', shows: ({ report }) => expect(report?.margin.before).toBe(2) },
  {
    name: 'fail: acknowledged writes are gone',
    ends: 'DrillFailed',
    graded: 'fail F',
    knobs: manners(() => ({ loses: 3 })),
    shows: ({ report }) => expect(report?.ledger?.lost).toBe(3),
  },
  {
    name: 'fail: recovery beyond the limit',
    ends: 'DrillFailed',
    graded: 'fail D',
    knobs: { resilience: { recovery_ms: 14_000, rejoin_ms: null } },
  },
  {
    name: 'inconclusive: too little load',
    ends: 'DrillInconclusive',
    graded: 'inconclusive C: load',
    knobs: manners(() => ({ load_share: 0.25 })),
  },
  {
    name: 'inconclusive: both witnesses stopped over the fault',
    ends: 'DrillInconclusive',
    graded: 'inconclusive C: coverage',
    knobs: {
      drills: [{ ...virtualFailover, mustObserve: ['writer-changed', 'members-lost'] }],
      ...manners((moment) => ({ frozen: () => frozenFor(moment, 3_000) })),
    },
  },
  {
    name: 'an alarm that hears the witnesses late is waited for, and asked for under load alone',
    ends: 'SUCCEEDED',
    graded: 'pass A',
    before: listening((age_ms) => (age_ms < 20_000 ? 'ALARM' : 'OK')),
    shows: ({ row }) => expect((row?.steps[0]?.injecting_at ?? 0) - (row?.claimed_at ?? 0)).toBeGreaterThanOrEqual(20_000),
  },
  {
    name: 'a baseline that becomes clean is waited for',
    ends: 'SUCCEEDED',
    graded: 'pass A',
    knobs: manners((moment) => ({ troubled: (_witness, now) => now < moment.began_at + 3_000 })),
    shows: ({ row }) => expect((row?.steps[0]?.injecting_at ?? 0) - (row?.claimed_at ?? 0)).toBeGreaterThan(6_000),
  },
  { name: 'late metric points are waited for', ends: 'SUCCEEDED', graded: 'pass A', knobs: { late: (moment) => within(moment, 40_000) } },
  {
    name: 'metric points that never come do not hold the store for ever',
    ends: 'SUCCEEDED',
    graded: 'pass A',
    knobs: { late: () => true },
  },
];
