import { describe, expect, test } from 'vitest';
import type { StateMachine } from '../../workflow/state-machine.ts';
import { start_at } from '../virtual/clock.ts';
import { runOnBoth, walkOf } from './both-engines.ts';
import { type Script, scripted } from './machines.ts';

/** A small machine over scripted functions, and how both engines must end it. */
export interface Case {
  construct: string;
  machine: StateMachine;
  scripts?: { [resource: string]: Script };
  input?: unknown;
  abort_after_ms?: number;
  ends: { status: string; error?: string; output?: unknown };
  /** Each function call as `<name>@<ms after the start>`. */
  calls?: string[];
  /** Virtual milliseconds at the end. */
  took_ms?: number;
}

/** A Catch of everything that keeps the document and goes to the state `Caught`. */
export const toCaught = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }];

/** Where `toCaught` leads: the end. */
export const Caught = { Type: 'Pass', End: true } as const;

/** One test for each case: same end, same tasks in each branch, same times. */
export function conform(cases: Case[]): void {
  describe('ends the same on both engines', () => {
    test.each(cases)('$construct', async ({ machine, scripts = {}, input, abort_after_ms, ends, calls, took_ms }) => {
      const options = { ...(input === undefined ? {} : { input }), ...(abort_after_ms === undefined ? {} : { abort_after_ms }) };
      const { ours, theirs, worlds } = await runOnBoth(machine, () => scripted(scripts), options);
      expect({ status: ours.status, error: ours.error, output: ours.output }).toEqual(ends);
      expect({ status: theirs.status, error: theirs.error, output: theirs.output }).toEqual(ends);
      expect(walkOf(theirs)).toEqual(walkOf(ours));
      for (const { calls: made, clock } of [worlds.ours, worlds.theirs]) {
        if (calls) expect(made.map(({ resource, at_ms }) => `${resource}@${at_ms}`)).toEqual(calls);
        if (took_ms !== undefined) expect(clock.now() - start_at).toBe(took_ms);
      }
    });
  });
}
