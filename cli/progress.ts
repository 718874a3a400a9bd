import type { Progress } from '../lab/run.ts';

/** One plain line for each step, with the seconds since the start: the same in a terminal and in a CI log. */
export function progressPrinter(color: boolean): (progress: Progress) => void {
  let started_at: number | null = null;
  let phase = '';
  return (progress) => {
    started_at ??= progress.at;
    const seconds = ((progress.at - started_at) / 1000).toFixed(1).padStart(6);
    const name = progress.phase === phase ? '' : progress.phase;
    phase = progress.phase;
    const head = name.padEnd(13);
    process.stderr.write(`${dim(`${seconds} s`, color)}  ${color ? `\u001b[1m${head}\u001b[22m` : head} ${progress.text}\n`);
  };
}

function dim(text: string, color: boolean): string {
  return color ? `\u001b[2m${text}\u001b[22m` : text;
}
