/** How a command speaks: one JSON document or text on stdout, progress on stderr. */
export interface Output {
  json: boolean;
  color: boolean;
  width: number;
}

export function output(options: { json?: boolean }): Output {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  return {
    json: options.json === true,
    color: !NO_COLOR && (Boolean(FORCE_COLOR) || process.stdout.isTTY === true),
    width: Math.min(Math.max(process.stdout.columns ?? 100, 60), 120),
  };
}

/** Waits until stdout took it, so that a pipe gets all of it before the process ends. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
