import type { Recovery } from '../../core/report.ts';
import { clean, first } from '../clean.ts';
import { interval, many, setting, span } from '../phrases.ts';
import { classStanding, resolution, standing, unseenStep } from '../reading.ts';
import { bar, mark, reach, scale } from './bar.ts';
import { columns, type Look, paint, row, title } from './paint.ts';

const label_cells = 12;
const number_cells = 22;

/** Recovery as bars on one scale, its steps, the classes of lanes, and what limits the measurement. */
export function recoveryLines(recovery: Recovery, look: Look): string[] {
  const stands = standing(recovery);
  return [
    ...title('RECOVERY', look, recovery.stopped ? 'from the return of what was lost until writes stay' : 'how long writes were down'),
    ...bars(recovery, look),
    ...row('stands', stands.text, look, { as: stands.tone }),
    ...(recovery.stopped ? row('stopped', `writes stopped for ${interval(recovery.stopped)}`, look) : []),
    ...stepLines(recovery, look),
    ...classLines(recovery, look),
    ...roundLines(recovery, look),
    ...comparedLines(recovery, look),
    ...row('outages', outages(recovery), look),
    ...row('resolution', resolution(recovery), look),
  ];
}

function bars(recovery: Recovery, look: Look): string[] {
  const to_ms = reach([recovery, recovery.expected], recovery.limit_ms);
  const cells = Math.max(10, columns(look) - 2 - label_cells - 2 - number_cells);
  const line = (label: string, drawn: string, numbers: string) =>
    `  ${paint('quiet', label, look)}${' '.repeat(label_cells - label.length)}${drawn}  ${numbers}`.trimEnd();
  const { hi_ms } = recovery;
  return [
    line('expected', bar(recovery.expected, '░', to_ms, cells), interval(recovery.expected)),
    line('measured', bar(recovery, '█', to_ms, cells), hi_ms === null ? `from ${span(recovery.lo_ms)}, no end` : interval(recovery)),
    line('limit', mark(recovery.limit_ms, to_ms, cells), setting(recovery.limit_ms)),
    line('', scale(to_ms, cells), ''),
  ];
}

function stepLines(recovery: Recovery, look: Look): string[] {
  const { shown, more } = first(recovery.steps, 20);
  const lines = shown.flatMap(({ name, from_ms, to_ms }, n) => {
    const told = to_ms === null ? unseenStep(recovery) : `${span(from_ms)} to ${span(to_ms)}, took ${span(to_ms - from_ms)}`;
    return row(n === 0 ? 'steps' : '', `${clean(name, 80)}: ${told}`, look);
  });
  return more ? [...lines, ...row('', `and ${more} more`, look)] : lines;
}

function classLines({ classes }: Recovery, look: Look): string[] {
  const { shown, more } = first(classes, 20);
  const lines = shown.flatMap((each, n) =>
    row(
      n === 0 ? 'lanes' : '',
      `${clean(each.name, 80)} (${many(each.lanes, 'lane')}): ${interval(each)}, expected ${interval(each.expected)}${classes.length > 1 ? `: ${classStanding(each)}` : ''}`,
      look,
    ),
  );
  return more ? [...lines, ...row('', `and ${more} more`, look)] : lines;
}

/** Rolling drills: what each step cost the partitions that it hit hardest. */
function roundLines({ rounds = [] }: Recovery, look: Look): string[] {
  const { shown, more } = first(rounds, 12);
  const lines = shown.flatMap((round, n) =>
    row(
      n === 0 ? 'rounds' : '',
      `${n + 1} of ${rounds.length}, ${clean(round.victims.join(', '), 80)}: worst gap ${interval(round)}`,
      look,
    ),
  );
  return more ? [...lines, ...row('', `and ${more} more`, look)] : lines;
}

function comparedLines({ compared = [], stopped, ...recovery }: Recovery, look: Look): string[] {
  return compared.flatMap(({ name, expected, why }) =>
    row(
      'beside it',
      `${clean(name, 80)} would stop writes for ${interval(expected)}, computed and not measured, instead of ${interval(stopped ?? recovery)} (${clean(why)})`,
      look,
    ),
  );
}

function outages({ outages: { count, longest_ms, total_ms } }: Recovery): string {
  if (count === 0) return 'none seen';
  return count === 1 ? `1, ${interval(longest_ms)}` : `${count}, longest ${interval(longest_ms)}, together ${interval(total_ms)}`;
}
