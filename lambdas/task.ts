import type { Tools } from './tools.ts';

/** Largest result of a task in bytes; far below the 256 KiB at which an execution dies uncaught. */
export const result_limit_bytes = 32 * 1024;

/** A task's answer would not fit the workflow; large things belong in evidence, under a key. */
export class ResultTooLarge extends Error {
  override name = 'ResultTooLarge' as const;

  constructor(task: string, bytes: number) {
    super(`${task} result: got ${bytes} bytes, wanted at most ${result_limit_bytes}; put it in evidence and return its key`);
  }
}

/** A task was called with an input that names no run. */
export class TaskInputInvalid extends Error {
  override name = 'TaskInputInvalid' as const;
}

/** What every task is told at least. */
export interface TaskInput {
  run: string;
}

/** Wraps the body of one task: checks that it names a run, and throws when its result is above 32 KiB. Logs nothing; what it throws carries no credentials. */
export function task<Input extends TaskInput, Output>(name: string, body: (tools: Tools, input: Input) => Promise<Output>) {
  return (tools: Tools) =>
    async (input: unknown): Promise<Output> => {
      requireRun(name, input);
      const result = await body(tools, input as Input).catch((error: unknown) => {
        throw withoutCredentials(error);
      });
      const bytes = new TextEncoder().encode(JSON.stringify(result) ?? '').length;
      if (bytes > result_limit_bytes) throw new ResultTooLarge(name, bytes);
      return result;
    };
}

function requireRun(name: string, input: unknown): void {
  const run = typeof input === 'object' && input !== null && 'run' in input ? input.run : undefined;
  if (typeof run === 'string' && run !== '') return;
  throw new TaskInputInvalid(
    `${name} input: got ${run === undefined ? 'no run' : JSON.stringify(run)}, wanted a run name; pass { run } from the state`,
  );
}

/** A thrown message ends in the execution's history, which more people read than hold the password. */
function withoutCredentials(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message
    .replaceAll(/(\w+:\/\/[^\s:/@]*):[^\s@]*@/g, '$1:***@')
    .replaceAll(/\b(password|token|secret)=[^\s&;]+/gi, '$1=***');
  if (message !== error.message) error.message = message;
  return error;
}

/** Longest text that somebody else wrote which goes into a row or a result. */
const foreign_text_chars = 1_000;

/** Text from outside, cut to what a row and a result can carry many of. */
export function clipped(text: string): string {
  return text.length <= foreign_text_chars ? text : `${text.slice(0, foreign_text_chars)}... (${text.length} characters)`;
}

/** What a caught value says about itself. */
export function reason(error: unknown): string {
  return clipped(error instanceof Error ? error.message : String(error));
}
