import { BadInput } from '../../core/errors.ts';

/** Where a broker listens. */
export interface Address {
  host: string;
  port: number;
}

/** The brokers of `kafka://host:port,host:port`. Throws BadInput, which keeps the text to itself. */
export function bootstrapOf(url: string, what = 'address of the brokers'): Address[] {
  const wrong = (got: string) => new BadInput(what, got, 'kafka://host:port,host:port', 'mend the endpoint');
  if (!url.startsWith('kafka://')) throw wrong('another kind of text');
  return url
    .slice('kafka://'.length)
    .split(',')
    .map((part, place) => {
      const [, host, port] = /^(\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(part) ?? [];
      if (host === undefined || Number(port) < 1 || Number(port) > 65_535) throw wrong(`no host and port in place ${place + 1}`);
      return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
    });
}

export function shownAddress({ host, port }: Address): string {
  return `${host}:${port}`;
}
