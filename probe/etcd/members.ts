import { BadInput } from '../../core/errors.ts';

/** Where one member takes clients. */
export interface EtcdMember {
  name: string;
  secure: boolean;
  host: string;
  port: number;
}

/** Members as one text, `name=url,name=url`, as etcd's own flags write them. */
export function membersText(members: { name: string; url: string }[]): string {
  return members.map(({ name, url }) => `${name}=${url}`).join(',');
}

/** The members of `name=http://host:port,name=https://host:port`. Throws BadInput, which keeps the text to itself. */
export function membersOf(text: string, what = 'address of the members'): EtcdMember[] {
  const wrong = (got: string) => new BadInput(what, got, 'name=http://host:port,name=https://host:port', 'mend the endpoints');
  if (text === '') throw wrong('nothing');
  const members = text.split(',').map((part, place) => {
    const [, name, scheme, host, port] = /^([\w.-]+)=(https?):\/\/(\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})\/?$/i.exec(part) ?? [];
    if (name === undefined || scheme === undefined || host === undefined || Number(port) < 1 || Number(port) > 65_535)
      throw wrong(`no name, host and port in place ${place + 1}`);
    return { name, secure: scheme.toLowerCase() === 'https', host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  });
  const twice = members.find(({ name }, place) => members.findIndex((other) => other.name === name) !== place);
  if (twice) throw wrong(`${twice.name} twice`);
  return members;
}
