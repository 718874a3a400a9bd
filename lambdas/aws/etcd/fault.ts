import { GetAutomationExecutionCommand, type SSMClient, type StepExecution } from '@aws-sdk/client-ssm';
import type { EtcdTarget } from '../../../drills/target.ts';
import type { RunRow } from '../../tools.ts';
import { type Answer, answerOf, linesOf } from './commands.ts';
import type { Receipts } from './receipts.ts';

/** What one phase of a fault came to on one member. */
export interface Done extends Answer {
  member: string;
  lines: { [name: string]: string };
}

/** One Automation, as the documents of the target write it. */
export interface Fault {
  automation: string;
  /** False while it may still act. */
  over: boolean;
  /** Whether this step has begun. */
  begun(step: FaultStep): boolean;
  /** What its command came to on each member that it went to; empty before it was sent. */
  of(step: FaultStep): Promise<Done[]>;
}

/** Steps of the Automations that run commands; Lose is the only one of a drill that kills. */
export type FaultStep = 'Save' | 'Prove' | 'Lose' | 'Restore' | 'Start' | 'Verify';

export interface FaultParts {
  ssm: SSMClient;
  receipts: Receipts;
  target: EtcdTarget;
}

const ended = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled', 'CompletedWithSuccess', 'CompletedWithFailure']);

/** The Automation that took the victims of a step; null where none did, so that nothing was broken. */
export async function faultOf({ ssm, receipts, target }: FaultParts, token: string): Promise<Fault | null> {
  const automation = await receipts(token);
  if (automation === null) return null;
  const { AutomationExecution: execution } = await ssm.send(new GetAutomationExecutionCommand({ AutomationExecutionId: automation }));
  const steps = new Map<string | undefined, StepExecution>((execution?.StepExecutions ?? []).map((step) => [step.StepName, step]));
  const asked = new Map<FaultStep, Promise<Done[]>>();
  return {
    automation,
    over: ended.has(execution?.AutomationExecutionStatus ?? ''),
    begun: (step) => steps.get(step)?.ExecutionStartTime !== undefined,
    of: (step) => {
      const command = steps.get(step)?.Outputs?.CommandId?.[0];
      const answers = asked.get(step) ?? (command === undefined ? Promise.resolve([]) : doneBy(ssm, target, command));
      asked.set(step, answers);
      return answers;
    },
  };
}

/** The faults of a row's steps, in order; steps that broke nothing have none. */
export async function faultsOf(parts: FaultParts, { steps }: Pick<RunRow, 'steps'>): Promise<Fault[]> {
  return (await Promise.all(steps.map(({ token }) => faultOf(parts, token)))).flatMap((fault) => fault ?? []);
}

async function doneBy(ssm: SSMClient, { members }: EtcdTarget, command: string): Promise<Done[]> {
  const answers = await Promise.all(
    members.map(async ({ name, instance }) => {
      const answer = await answerOf(ssm, command, instance);
      return answer === null ? [] : [{ ...answer, member: name, lines: linesOf(answer) }];
    }),
  );
  return answers.flat();
}
