// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; the second half steers the direction of text
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * Somebody else's text made safe to show on one line: no terminal escapes, no control or direction characters, at most
 * `limit` characters, the cut said. Escaping for HTML or Markdown comes after.
 */
export function clean(text: string, limit = 600): string {
  const line = text
    .slice(0, limit * 4)
    .toWellFormed()
    .replace(escapes, '')
    .replace(controls, ' ')
    .trim();
  const cut = [...line];
  return cut.length > limit ? `${cut.slice(0, limit).join('')}… (cut, ${text.length} characters)` : line;
}

/** A label: as `clean`, cut to `limit` characters with no more than an ellipsis to say so; the whole text stands elsewhere. */
export function brief(text: string, limit: number): string {
  const whole = [...clean(text)];
  return whole.length > limit ? `${whole.slice(0, limit - 1).join('')}…` : whole.join('');
}

/** The first `limit` of a list, and how many were left out. */
export function first<T>(list: readonly T[], limit: number): { shown: T[]; more: number } {
  return { shown: list.slice(0, limit), more: Math.max(0, list.length - limit) };
}
