/**
 * JSON with its keys in order and scalars of one list on one line, so that equal documents are equal bytes and a
 * difference reads well. Throws on what JSON cannot hold, such as NaN, which would quietly become null.
 */
export function renderJson(value: unknown): string {
  return `${write(value, '', '$')}\n`;
}

function write(value: unknown, indent: string, path: string): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return list(value, indent, path);
  if (typeof value === 'object') return members(value as { [key: string]: unknown }, indent, path);
  throw new TypeError(`${path}: got ${String(value)}, wanted something that JSON can hold`);
}

function list(values: unknown[], indent: string, path: string): string {
  if (values.length === 0) return '[]';
  const inner = `${indent}  `;
  const written = values.map((value, n) => write(value, inner, `${path}[${n}]`));
  if (values.every((value) => value === null || typeof value !== 'object')) return `[${written.join(', ')}]`;
  return `[\n${written.map((text) => inner + text).join(',\n')}\n${indent}]`;
}

function members(value: { [key: string]: unknown }, indent: string, path: string): string {
  const inner = `${indent}  `;
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  if (keys.length === 0) return '{}';
  return `{\n${keys.map((key) => `${inner}${JSON.stringify(key)}: ${write(value[key], inner, `${path}.${key}`)}`).join(',\n')}\n${indent}}`;
}
