import { GetCommandInvocationCommand, type GetCommandInvocationResult, SendCommandCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../../core/clock.ts';

/** What a command came to on one instance. `code` is that of its script, -1 before it has one. */
export interface Answer {
  instance: string;
  /** Systems Manager's word: an open list, of which only `Success` is success; `late` and `unreachable` are ours. */
  status: string;
  code: number;
  stdout: string;
  /** Its one line that says why, without the word before it. */
  why: string;
}

export interface CommandOrder {
  /** Name of a document, whose only version is 1. */
  document: string;
  instances: string[];
  parameters?: { [name: string]: string };
  within_ms: number;
}

const poll_ms = 300;
const underway = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/**
 * Runs a document on instances at once, and waits for each. One that has not answered within the time has the status `late`, and
 * one that Systems Manager does not know `unreachable`: a command of its own for each, since one such instance refuses it for all.
 */
export async function runCommand(ssm: SSMClient, clock: Clock, order: CommandOrder): Promise<Answer[]> {
  const until = clock.now() + order.within_ms;
  return Promise.all(order.instances.map((instance) => runOn(instance, ssm, clock, order, until)));
}

async function runOn(instance: string, ssm: SSMClient, clock: Clock, order: CommandOrder, until: number): Promise<Answer> {
  const id = await sent(instance, ssm, order);
  if (id === null) return unanswered(instance, 'unreachable', 'Systems Manager knows no such instance, or its agent is not registered');
  while (true) {
    const answer = await answerOf(ssm, id, instance);
    if (answer !== null && !underway.has(answer.status)) return answer;
    if (clock.now() >= until) return unanswered(instance, 'late', `no answer within ${order.within_ms} ms`);
    await clock.sleep(poll_ms);
  }
}

function unanswered(instance: string, status: string, why: string): Answer {
  return { instance, status, code: -1, stdout: '', why };
}

/** Id of the command; null where the instance cannot be sent one. */
async function sent(instance: string, ssm: SSMClient, { document, parameters = {} }: CommandOrder): Promise<string | null> {
  const command = new SendCommandCommand({
    DocumentName: document,
    DocumentVersion: '1',
    InstanceIds: [instance],
    Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
    TimeoutSeconds: 30,
  });
  try {
    const { Command } = await ssm.send(command);
    if (Command?.CommandId === undefined) throw new Error(`document ${document}: got no command, wanted its id`);
    return Command.CommandId;
  } catch (error) {
    if (error instanceof Error && /^InvalidInstanceId(Exception)?$/.test(error.name)) return null;
    throw error;
  }
}

/** What a command came to on an instance so far; null where it never was sent there, which also is so right after it was. */
export async function answerOf(ssm: SSMClient, command: string, instance: string): Promise<Answer | null> {
  try {
    return shaped(instance, await ssm.send(new GetCommandInvocationCommand({ CommandId: command, InstanceId: instance })));
  } catch (error) {
    if (error instanceof Error && /^InvocationDoesNotExist(Exception)?$/.test(error.name)) return null;
    throw error;
  }
}

function shaped(instance: string, told: GetCommandInvocationResult): Answer {
  const said = told.StandardErrorContent?.trim().split('\n').at(-1) ?? '';
  return {
    instance,
    status: told.Status ?? 'unknown',
    code: told.ResponseCode ?? -1,
    stdout: told.StandardOutputContent ?? '',
    why: said.replace(/^(refused|failed): /, ''),
  };
}

/** The `name=value` lines of a script. */
export function linesOf({ stdout }: Pick<Answer, 'stdout'>): { [name: string]: string } {
  return Object.fromEntries(
    stdout.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
    }),
  );
}

/** A number of the lines; null where it is not there, or is none. */
export function numberIn(lines: { [name: string]: string }, name: string): number | null {
  const value = lines[name];
  return value === undefined || !/^\d+$/.test(value) ? null : Number(value);
}
