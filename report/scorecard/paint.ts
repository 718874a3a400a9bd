/** How to print: whether with ANSI colour, and how many columns there are. */
export interface Look {
  color: boolean;
  width: number;
}

export type Paint = 'good' | 'doubt' | 'bad' | 'strong' | 'quiet' | 'plain';

const codes: { [P in Paint]: string } = { good: '32', doubt: '33', bad: '31', strong: '1', quiet: '2', plain: '' };

export function paint(as: Paint, text: string, { color }: Look): string {
  return color && codes[as] && text ? `\u001b[${codes[as]}m${text}\u001b[0m` : text;
}

/** Columns to use: a terminal of any size, read comfortably. */
export function columns({ width }: Look): number {
  return Math.max(60, Math.min(Number.isFinite(width) ? Math.floor(width) : 80, 110));
}

/** Breaks at spaces; a word longer than a line is broken where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    for (; word.length > width; word = word.slice(width)) lines.push(word.slice(0, width));
    line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

/** `  label   text`, wrapped with the text kept in its column. */
export function row(
  label: string,
  text: string,
  look: Look,
  options: { indent?: number; column?: number; as?: Paint; label_as?: Paint } = {},
): string[] {
  const { indent = 2, column = 12, as = 'plain', label_as = 'quiet' } = options;
  const lines = wrap(text, columns(look) - indent - column);
  const head = `${' '.repeat(indent)}${paint(label_as, label, look)}${' '.repeat(Math.max(label ? 1 : 0, column - label.length))}`;
  return (lines.length ? lines : ['']).map((line, n) =>
    `${n === 0 ? head : ' '.repeat(indent + column)}${paint(as, line, look)}`.trimEnd(),
  );
}

export function title(text: string, look: Look, note = ''): string[] {
  return ['', `${paint('strong', text, look)}${note ? `  ${paint('quiet', note, look)}` : ''}`];
}
