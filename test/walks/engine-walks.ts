import { expect } from 'vitest';
import { after, manners, tooLarge, withoutToken } from './knobs.ts';
import { type Walk, withoutItsCatch } from './walk.ts';

/** Answers that the engine or the wrapper cannot take. */
export const results: Walk[] = [
  { name: 'a result over 32 KiB before the start', ends: 'DrillInconclusive', knobs: tooLarge('Preflight') },
  { name: 'a result over 32 KiB with the fault on', ends: 'DrillInconclusive', knobs: tooLarge('Watch') },
  { name: 'a result over 32 KiB while grading', ends: 'DrillInconclusive', knobs: tooLarge('Grade') },
  { name: 'an answer that kills the execution before the start', ends: 'States.Runtime', knobs: { wrap: withoutToken } },
  {
    name: 'a branch that fails in spite of all: the net',
    ends: 'DrillInconclusive',
    machine: withoutItsCatch('WitnessEven'),
    knobs: manners((moment) => ({ dies: (witness) => witness === 'even' && after(moment, 3_000) })),
    shows: ({ row }) => expect(row?.heal).toMatchObject({ healed: true }),
  },
];

/** Evidence that is refused. */
export const evidence: Walk[] = [
  {
    name: 'the record is refused once',
    ends: 'SUCCEEDED',
    knobs: { refuses: (key, tries) => key.endsWith('record.json') && tries === 1 },
    graded: 'pass A',
  },
  {
    name: 'the record is refused for ever',
    ends: 'DrillInconclusive',
    knobs: { refuses: (key) => key.endsWith('record.json') },
    graded: 'inconclusive C: no record',
  },
  {
    name: 'all evidence is refused',
    ends: 'DrillInconclusive',
    knobs: { refuses: () => true },
    shows: ({ report, row }) => {
      expect(report).toBeUndefined();
      expect(row?.released).toBe('free');
    },
  },
];

/** Executions that are stopped from outside. */
export const abort: Walk[] = [
  { name: 'aborted before the start', ends: 'ABORTED', abort_after_ms: 2_000 },
  { name: 'aborted with the fault on', ends: 'ABORTED', abort_after_ms: 6_000 },
];
