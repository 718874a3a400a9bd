import { describe, expect, test } from 'vitest';
import { startExperiment } from '../../workflow/definition.ts';
import { caughtBy, statesOf } from '../../workflow/file-graph.ts';
import { runOnBoth, walkOf } from './both-engines.ts';
import { drillMachine, drillWorld } from './drill-world.ts';
import type { Script } from './machines.ts';

interface Route {
  when: string;
  change: { [resource: string]: Script };
  ends: string;
  /** Task states of the main branch after Break, attempts counted. */
  after?: string[];
  never?: string[];
}

const fails: Script = [{ fail: 'Boom' }];
const hangs: Script = [{ take_ms: 10_000_000 }];
const answer = (value: object): Script => [{ answer: value }];
const times = (n: number, name: string) => Array.from({ length: n }, () => name);
const healing = ['Heal', 'Heal', 'Readback', 'Collect', 'Collect', 'Grade', 'Release'];
const reporting = ['Collect', 'Collect', 'Grade', 'Release'];

const routes: Route[] = [
  { when: 'all goes well', change: {}, ends: 'SUCCEEDED', after: healing },
  { when: 'a promise is broken', change: { Grade: answer({ verdict: 'fail' }) }, ends: 'DrillFailed' },
  { when: 'the run proves nothing', change: { Grade: answer({ verdict: 'inconclusive' }) }, ends: 'DrillInconclusive' },
  { when: 'the verdict is a word that nobody knows', change: { Grade: answer({ verdict: 'PASS' }) }, ends: 'DrillInconclusive' },
  {
    when: 'the outcome is a word that nobody knows, though the verdict is pass',
    change: { Release: answer({ outcome: 'fine' }) },
    ends: 'DrillInconclusive',
  },
  { when: 'a person stops it, though the verdict is pass', change: { Release: answer({ outcome: 'aborted' }) }, ends: 'DrillAborted' },
  { when: 'it stays unhealed, though the verdict is pass', change: { Release: answer({ outcome: 'unhealed' }) }, ends: 'DrillUnhealed' },
  { when: 'the slot is taken', change: { Claim: answer({ status: 'duplicate' }) }, ends: 'DrillDuplicate', after: [], never: ['Release'] },
  { when: 'the lease is held', change: { Claim: answer({ status: 'refused' }) }, ends: 'DrillRefused', after: [], never: ['Release'] },
  {
    when: 'the claim answers what nobody knows',
    change: { Claim: answer({ status: 'odd', plan: { drill: '', baseline_s: 0, poll_s: 1 } }) },
    ends: 'DrillInconclusive',
    after: ['Release'],
    never: ['Preflight'],
  },
  {
    when: 'the claim throws, so that the put may have happened',
    change: { Claim: fails, Release: answer({ outcome: 'refused' }) },
    ends: 'DrillRefused',
    after: ['Release'],
  },
  {
    when: 'the claim is throttled twice',
    change: {
      Claim: [{ fail: 'Lambda.TooManyRequestsException' }, { fail: 'Lambda.ServiceException' }, { answer: { status: 'refused' } }],
    },
    ends: 'DrillRefused',
  },
  {
    when: 'preflight refuses',
    change: { Preflight: answer({ decision: 'refused' }), Release: answer({ outcome: 'refused' }) },
    ends: 'DrillRefused',
    after: reporting,
    never: ['Readmit', 'Start', 'Heal'],
  },
  {
    when: 'preflight throws',
    change: { Preflight: fails, Release: answer({ outcome: 'refused' }) },
    ends: 'DrillRefused',
    after: reporting,
    never: ['Readmit', 'Start', 'Heal'],
  },
  {
    when: 're-admission refuses',
    change: { Readmit: answer({ decision: 'refused', token: '', template: '' }), Release: answer({ outcome: 'refused' }) },
    ends: 'DrillRefused',
    after: healing,
    never: ['Start', 'Watch'],
  },
  {
    when: 're-admission throws',
    change: { Readmit: fails, Release: answer({ outcome: 'refused' }) },
    ends: 'DrillRefused',
    after: healing,
    never: ['Start'],
  },
  { when: 'the start fails', change: { [startExperiment]: fails }, ends: 'SUCCEEDED', after: healing, never: ['Watch'] },
  {
    when: 'the start is throttled',
    change: { [startExperiment]: [{ fail: 'Fis.ThrottlingException' }, { answer: { Experiment: { Id: 'EXP1' } } }] },
    ends: 'SUCCEEDED',
    after: healing,
  },
  { when: "the start's answer is lost", change: { [startExperiment]: hangs }, ends: 'SUCCEEDED', after: healing, never: ['Watch'] },
  { when: 'watching throws', change: { Watch: fails }, ends: 'SUCCEEDED', after: healing },
  { when: 'watching answers what nobody knows', change: { Watch: answer({ next: 'odd' }) }, ends: 'SUCCEEDED', after: healing },
  {
    when: 'a rolling drill takes a second step',
    change: { Watch: [{ answer: { next: 'next' } }, { answer: { next: 'wait' } }, { answer: { next: 'halt' } }] },
    ends: 'SUCCEEDED',
    after: healing,
  },
  { when: 'both witnesses die', change: { Witness: fails }, ends: 'SUCCEEDED', after: healing },
  {
    when: 'the halt flag cannot be set, and the witnesses end at the deadline',
    change: { Halt: fails },
    ends: 'SUCCEEDED',
    after: healing,
  },
  {
    when: 'healing throws for ever',
    change: { Heal: fails },
    ends: 'SUCCEEDED',
    after: [...times(6, 'Heal'), ...reporting],
    never: ['Readback'],
  },
  {
    when: 'healing throws once',
    change: { Heal: [{ fail: 'Boom' }, { answer: { status: 'healed' } }] },
    ends: 'SUCCEEDED',
    after: healing,
  },
  {
    when: 'healing gives up',
    change: { Heal: answer({ status: 'unhealed' }), Release: answer({ outcome: 'unhealed' }) },
    ends: 'DrillUnhealed',
    after: ['Heal', ...reporting],
    never: ['Readback'],
  },
  {
    when: 'reading back throws',
    change: { Readback: fails },
    ends: 'SUCCEEDED',
    after: ['Heal', 'Heal', ...times(3, 'Readback'), ...reporting],
  },
  {
    when: 'collecting throws',
    change: { Collect: fails, Grade: fails },
    ends: 'DrillInconclusive',
    after: ['Heal', 'Heal', 'Readback', ...times(4, 'Collect'), ...times(4, 'Grade'), 'Release'],
  },
  {
    when: 'grading throws',
    change: { Grade: fails },
    ends: 'DrillInconclusive',
    after: [...healing.slice(0, -2), ...times(4, 'Grade'), 'Release'],
  },
  {
    when: 'releasing throws, though the verdict is pass',
    change: { Release: fails },
    ends: 'DrillUnhealed',
    after: [...healing.slice(0, -1), ...times(5, 'Release')],
  },
];

const entered = new Set<string>();
const caught = new Set<string>();

describe('each route through the file ends the same on both engines', () => {
  test.each(routes)('when $when, it ends $ends', async ({ change, ends, after, never = [] }) => {
    const { ours, theirs } = await runOnBoth(drillMachine, () => drillWorld(change), {
      input: { drill: 'aurora-failover' },
      onState: ({ state, kind }) => {
        if (kind === 'entered') entered.add(state);
        if (kind === 'caught') caught.add(state);
      },
    });
    expect(ours.error ?? ours.status).toBe(ends);
    expect(walkOf(theirs)).toEqual(walkOf(ours));
    const main = ours.branches.main ?? [];
    if (after) expect(main.filter((name) => name !== 'Claim' && name !== 'Preflight')).toEqual(after);
    expect(never.filter((name) => ours.tasks.includes(name))).toEqual([]);
  });

  test('together they enter every state, and take every Catch but the net below Break', () => {
    const states = statesOf(drillMachine);
    expect(states.map(({ name }) => name).filter((name) => !entered.has(name))).toEqual([]);
    const catching = states.filter(({ state }) => caughtBy(state).length > 0).map(({ name }) => name);
    expect(catching.filter((name) => !caught.has(name))).toEqual(['Break']);
  });
});

test('an answer that lacks a field which a later state reads ends the execution uncaught: handlers must answer them all', async () => {
  const { ours, theirs } = await runOnBoth(drillMachine, () => drillWorld({ Claim: answer({ status: 'claimed' }) }));
  expect([ours.error, theirs.error]).toEqual(['States.Runtime', 'States.Runtime']);
});
