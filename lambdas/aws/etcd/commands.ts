import { GetCommandInvocationCommand, type GetCommandInvocationResult, SendCommandCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../../core/clock.ts';

/** What a command came to on one instance. `code` is that of its script, -1 before it has one. */
export interface Answer {
  instance: string;
  /** Systems Manager's word: an open list, of which only `Success` is success. */
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

/** Runs a document on instances at once, and waits for each; one that has not answered within the time has the status `late`. */
export async function runCommand(ssm: SSMClient, clock: Clock, order: CommandOrder): Promise<Answer[]> {
  const until = clock.now() + order.within_ms;
  const { Command } = await ssm.send(
    new SendCommandCommand({
      DocumentName: order.document,
      DocumentVersion: '1',
      InstanceIds: order.instances,
      Parameters: Object.fromEntries(Object.entries(order.parameters ?? {}).map(([name, value]) => [name, [value]])),
      TimeoutSeconds: 30,
    }),
  );
  const id = Command?.CommandId;
  if (id === undefined) throw new Error(`document ${order.document}: got no command, wanted its id`);
  return Promise.all(
    order.instances.map(async (instance) => {
      while (true) {
        const answer = await answerOf(ssm, id, instance);
        if (answer !== null && !underway.has(answer.status)) return answer;
        if (clock.now() >= until) return { instance, status: 'late', code: -1, stdout: '', why: `no answer within ${order.within_ms} ms` };
        await clock.sleep(poll_ms);
      }
    }),
  );
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
