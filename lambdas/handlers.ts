import { claim } from './claim.ts';
import { collect } from './collect.ts';
import { grade } from './grade.ts';
import { halt } from './halt.ts';
import { heal } from './heal.ts';
import { preflight } from './preflight.ts';
import { readback } from './readback.ts';
import { readmit } from './readmit.ts';
import { release } from './release.ts';
import type { Tools } from './tools.ts';
import { watch } from './watch.ts';
import { witness } from './witness.ts';

/** Every Lambda task of the workflow file, by the name that its placeholder has there. */
export function handlers(tools: Tools): { [task: string]: (input: unknown) => Promise<unknown> } {
  return {
    Claim: claim(tools),
    Preflight: preflight(tools),
    Witness: witness(tools),
    Readmit: readmit(tools),
    Watch: watch(tools),
    Halt: halt(tools),
    Heal: heal(tools),
    Readback: readback(tools),
    Collect: collect(tools),
    Grade: grade(tools),
    Release: release(tools),
  };
}
