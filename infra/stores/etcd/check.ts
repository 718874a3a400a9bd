import type { EtcdDrill } from '../../../core/drill.ts';
import { BadInput } from '../../../core/errors.ts';
import type { EtcdConfig } from '../../store-parts.ts';

/** Systems Manager takes so many instances by their ids. */
const most_members = 50;

const next = 'mend it in drill.config.ts';

/** Throws BadInput for members that the documents cannot serve, and for a restore that would replace live ones. */
export function checkEtcd({ name, members, tlsSecret, scratch }: EtcdConfig, drills: EtcdDrill[]): void {
  const path = `targets.${name}`;
  const twice = (key: 'name' | 'instance') => members.find((one, i) => members.findIndex((other) => other[key] === one[key]) !== i)?.[key];
  const [double] = [twice('name'), twice('instance')].filter((found) => found !== undefined);
  if (double !== undefined) throw new BadInput(`${path}.members`, `${double} twice`, 'one member on each instance', next);
  if (members.length > most_members) throw new BadInput(`${path}.members`, `${members.length}`, `at most ${most_members}`, next);
  checkTls(path, members, tlsSecret);
  const restore = drills.find(({ fault }) => fault.kind === 'snapshot-restore');
  if (restore === undefined) return;
  if (scratch === null)
    throw new BadInput(
      `${path}.drills.${restore.name}`,
      'a restore that would replace live members',
      'a target of scratch instances, with `scratch: { live, instanceRole }`',
      'restore beside the live cluster, or run the drill on the lab',
    );
  if (members.some(({ url }) => url === scratch.live))
    throw new BadInput(`${path}.scratch.live`, `${scratch.live}, a member of this target`, 'the client URL of another cluster', next);
  if (restore.topology.learners > 0)
    throw new BadInput(
      `${path}.drills.${restore.name}.topology.learners`,
      `${restore.topology.learners}`,
      '0: every restored member is a voter',
      next,
    );
}

function checkTls(path: string, members: EtcdConfig['members'], tlsSecret: string | null): void {
  const wanted = tlsSecret === null ? 'http:, because tlsSecret is null' : 'https:, because there is a tlsSecret';
  const scheme = tlsSecret === null ? /^https:/ : /^http:/;
  const wrong = members.find(({ url }) => scheme.test(url));
  if (wrong !== undefined) throw new BadInput(`${path}.members, url of ${wrong.name}`, wrong.url, wanted, next);
}
