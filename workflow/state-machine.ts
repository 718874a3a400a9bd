/**
 * The part of the Amazon States Language that drills use, in JSONPath: a machine that `subset.ts` lets through has exactly
 * these fields and no others. Spans are in seconds, as the language has them.
 */
export interface StateMachine {
  Comment?: string;
  StartAt: string;
  TimeoutSeconds?: number;
  States: { [name: string]: State };
}

export type State = PassState | TaskState | ChoiceState | WaitState | ParallelState | SucceedState | FailState;

/** Where a state goes: on, or out of its machine or branch. */
export interface Onward {
  Next?: string;
  End?: true;
}

/** JSON in which a member `name.$` is replaced by what its path finds. */
export type Template = { [name: string]: unknown };

export interface PassState extends Onward {
  Type: 'Pass';
  Comment?: string;
  Parameters?: Template;
  ResultPath?: string | null;
}

export interface TaskState extends Onward {
  Type: 'Task';
  Comment?: string;
  /** A function's ARN, the one SDK call, or before binding `${Name}`. */
  Resource: string;
  /** Required here: the language's own default is three years. */
  TimeoutSeconds: number;
  Parameters?: Template;
  ResultSelector?: Template;
  ResultPath?: string | null;
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface Retrier {
  ErrorEquals: string[];
  /** 1 unless given. */
  IntervalSeconds?: number;
  /** 3 unless given. */
  MaxAttempts?: number;
  /** 2 unless given. */
  BackoffRate?: number;
  MaxDelaySeconds?: number;
}

export interface Catcher {
  ErrorEquals: string[];
  ResultPath?: string | null;
  Next: string;
}

export interface ChoiceState {
  Type: 'Choice';
  Comment?: string;
  Choices: ChoiceRule[];
  Default?: string;
}

export type ChoiceRule = { Variable: string; Next: string; Comment?: string } & ({ StringEquals: string } | { BooleanEquals: boolean });

export type WaitState = Onward & { Type: 'Wait'; Comment?: string } & ({ Seconds: number } | { SecondsPath: string });

export interface ParallelState extends Onward {
  Type: 'Parallel';
  Comment?: string;
  Branches: StateMachine[];
  ResultPath?: string | null;
  Catch?: Catcher[];
}

export interface SucceedState {
  Type: 'Succeed';
  Comment?: string;
}

export interface FailState {
  Type: 'Fail';
  Comment?: string;
  Error: string;
  Cause: string;
}
