import { statesOf } from '../../workflow/file-graph.ts';
import type { ChoiceState, ParallelState, PassState, StateMachine, TaskState, WaitState } from '../../workflow/state-machine.ts';

/** Files that break one rule each: the drill file with one change, and the state where it must be found. */
export const breaks: { rule: string; file: string; state: string; mutate: (file: StateMachine) => void }[] = [
  { rule: 'reachable', file: 'has a state that nothing leads to', state: 'Lost', mutate: (file) => put(file, 'Lost', { Type: 'Succeed' }) },
  {
    rule: 'reachable',
    file: 'no longer leads to a branch state',
    state: 'Poll',
    mutate: (file) => choice(file, 'Watched?').Choices.shift(),
  },
  { rule: 'catch-all-alone', file: 'has a task without a Catch', state: 'Watch', mutate: (file) => delete task(file, 'Watch').Catch },
  {
    rule: 'catch-all-alone',
    file: 'has two catchers',
    state: 'Grade',
    mutate: (file) => task(file, 'Grade').Catch?.unshift({ ErrorEquals: ['Mine'], ResultPath: '$.error', Next: 'Release' }),
  },
  {
    rule: 'catch-all-alone',
    file: 'has States.ALL beside another name',
    state: 'Heal',
    mutate: (file) => task(file, 'Heal').Catch?.[0]?.ErrorEquals.push('States.Timeout'),
  },
  {
    rule: 'catch-all-alone',
    file: 'has a Parallel without its net',
    state: 'Break',
    mutate: (file) => delete parallel(file, 'Break').Catch,
  },
  { rule: 'catch-forward', file: 'catches backwards', state: 'Heal', mutate: (file) => catcher(file, 'Heal', 'HealPoll') },
  { rule: 'catch-forward', file: 'catches to itself', state: 'Watch', mutate: (file) => catcher(file, 'Watch', 'Watch') },
  {
    rule: 'document-kept',
    file: 'catches without a ResultPath',
    state: 'Claim',
    mutate: (file) => delete task(file, 'Claim').Catch?.[0]?.ResultPath,
  },
  {
    rule: 'document-kept',
    file: 'lets a result replace the document',
    state: 'Halt',
    mutate: (file) => delete task(file, 'Halt').ResultPath,
  },
  {
    rule: 'timeout',
    file: 'has a task without TimeoutSeconds',
    state: 'Halt',
    mutate: (file) => delete (task(file, 'Halt') as Partial<TaskState>).TimeoutSeconds,
  },
  {
    rule: 'timeout',
    file: 'has a task that outlasts the machine',
    state: 'Heal',
    mutate: (file) => {
      task(file, 'Heal').TimeoutSeconds = 3600;
    },
  },
  { rule: 'retry-names', file: 'retries States.ALL', state: 'Heal', mutate: (file) => retries(file, 'Heal', 'States.ALL') },
  {
    rule: 'retry-names',
    file: 'retries an error by its own name',
    state: 'Claim',
    mutate: (file) => retries(file, 'Claim', 'DrillRefused'),
  },
  {
    rule: 'retry-names',
    file: 'retries the start on more than throttling',
    state: 'Start',
    mutate: (file) => retries(file, 'Start', 'States.TaskFailed'),
  },
  {
    rule: 'lambda-transients',
    file: "retries one of Lambda's own failures and not the others",
    state: 'Watch',
    mutate: (file) => {
      const [retrier] = task(file, 'Watch').Retry ?? [];
      if (retrier) retrier.ErrorEquals = retrier.ErrorEquals.filter((error) => error !== 'Lambda.AWSLambdaException');
    },
  },
  {
    rule: 'no-failing-branch',
    file: 'has a Fail state in a branch',
    state: 'EvenDied',
    mutate: (file) => put(parallel(file, 'Break').Branches[0], 'EvenDied', { Type: 'Fail', Error: 'Died', Cause: 'x' }),
  },
  {
    rule: 'choice-default',
    file: 'has a Choice without a default',
    state: 'Admitted?',
    mutate: (file) => delete choice(file, 'Admitted?').Default,
  },
  {
    rule: 'choice-operators',
    file: 'compares numbers',
    state: 'Healed?',
    mutate: (file) => Object.assign(choice(file, 'Healed?').Choices[0] ?? {}, { NumericGreaterThan: 1 }),
  },
  {
    rule: 'choice-on-results',
    file: 'routes on an error',
    state: 'Collected?',
    mutate: (file) => (rule(file, 'Collected?').Variable = '$.error'),
  },
  {
    rule: 'choice-on-results',
    file: 'routes on its own input',
    state: 'Claimed?',
    mutate: (file) => (rule(file, 'Claimed?').Variable = '$.run'),
  },
  {
    rule: 'paths-seeded',
    file: 'reads what a task alone would put there',
    state: 'Release',
    mutate: (file) => parameter(file, 'Release', '$.report.key'),
  },
  {
    rule: 'paths-seeded',
    file: 'reads below an input that may not have it',
    state: 'Release',
    mutate: (file) => parameter(file, 'Release', '$.input.drill'),
  },
  {
    rule: 'paths-seeded',
    file: 'reads a Cause, which a timeout does not bring',
    state: 'Release',
    mutate: (file) => parameter(file, 'Release', '$.error.Cause'),
  },
  { rule: 'paths-seeded', file: 'lost a seed', state: 'Watch', mutate: (file) => delete seeds(file).start },
  {
    rule: 'waits-whole-seconds',
    file: 'waits for a text',
    state: 'Baseline',
    mutate: (file) => Object.assign(state<WaitState>(file, 'Baseline'), { SecondsPath: '$.claim.plan.drill' }),
  },
  {
    rule: 'no-intrinsics',
    file: 'calls an intrinsic function',
    state: 'Release',
    mutate: (file) => parameter(file, 'Release', "States.Format('{}', $.run)"),
  },
  {
    rule: 'no-intrinsics',
    file: 'calls one on a result',
    state: 'Start',
    mutate: (file) => Object.assign(task(file, 'Start').ResultSelector ?? {}, { 'n.$': 'States.UUID()' }),
  },
  {
    rule: 'one-sdk-task',
    file: 'calls another service itself',
    state: 'Start',
    mutate: (file) => {
      task(file, 'Start').Resource = 'arn:aws:states:::aws-sdk:fis:stopExperiment';
    },
  },
];

function state<T>(file: StateMachine, name: string): T {
  const found = statesOf(file).find((placed) => placed.name === name);
  if (!found) throw new Error(`no state ${name}`);
  return found.state as T;
}
/** A task of the file, to be changed. */
export const task = (file: StateMachine, name: string) => state<TaskState>(file, name);
const choice = (file: StateMachine, name: string) => state<ChoiceState>(file, name);
const parallel = (file: StateMachine, name: string) => state<ParallelState>(file, name);
const seeds = (file: StateMachine) => state<PassState>(file, 'Begin').Parameters as { [name: string]: unknown };
const put = (machine: StateMachine | undefined, name: string, put: StateMachine['States'][string]) =>
  Object.assign(machine?.States ?? {}, { [name]: put });
const retries = (file: StateMachine, name: string, error: string) => task(file, name).Retry?.[0]?.ErrorEquals.push(error);
const parameter = (file: StateMachine, name: string, value: string) =>
  Object.assign(task(file, name).Parameters ?? {}, { 'extra.$': value });

function rule(file: StateMachine, name: string) {
  const [first] = choice(file, name).Choices;
  if (!first) throw new Error(`${name} has no rule`);
  return first;
}

function catcher(file: StateMachine, name: string, next: string): void {
  const [first] = task(file, name).Catch ?? [];
  if (!first) throw new Error(`${name} has no Catch`);
  first.Next = next;
}
