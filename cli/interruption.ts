import { createInterface } from 'node:readline';
import { exit } from './exit.ts';

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP, so that the drill heals first; a second one leaves at once, and the exit
 * handlers reap. With a question, a person at a terminal is asked before a SIGINT counts.
 */
export function interruption(question: string | null = null): AbortSignal {
  const controller = new AbortController();
  let asking = false;
  const abort = (signal: NodeJS.Signals): void => {
    process.stderr.write(`\n${signal}: stopping the drill and healing first; again to leave at once\n`);
    controller.abort(signal);
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted || asking) process.exit(exit.aborted);
    if (question === null || signal !== 'SIGINT' || !process.stdin.isTTY) {
      abort(signal);
      return;
    }
    asking = true;
    void yes(question).then((stopping) => {
      asking = false;
      if (stopping) abort(signal);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}

/** Whether a person says yes; Ctrl-C instead of an answer leaves at once. */
function yes(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.on('SIGINT', () => process.exit(exit.aborted));
    terminal.question(`\n${question} [y/N] `, (answer) => {
      terminal.close();
      resolve(/^y(es)?$/i.test(answer.trim()));
    });
  });
}
