import { exit } from './exit.ts';

/** Aborted by the first SIGINT, SIGTERM or SIGHUP, so that the drill heals first; a second one leaves at once, and the exit handlers reap. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exit.aborted);
    process.stderr.write(`\n${signal}: stopping the drill and healing first; again to leave at once\n`);
    controller.abort(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}
