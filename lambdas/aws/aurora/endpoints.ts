import type { AuroraTarget } from '../../../drills/target.ts';
import type { Credentials } from '../../../probe/credentials.ts';
import type { Endpoints } from '../../../probe/targets.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Password } from './passwords.ts';
import { trustedTls } from './trust.ts';

/** The endpoint that follows the writer, each instance's own, and what to show there. */
export async function auroraEndpoints(
  plane: ControlPlane,
  { database, user }: Pick<AuroraTarget, 'database' | 'user'>,
  password: Password,
): Promise<{ endpoints: Endpoints; credentials: Credentials }> {
  const [cluster, instances, tls] = await Promise.all([plane.cluster(), plane.instances(), trustedTls()]);
  const url = (host: string, port: number) => `postgres://${encodeURIComponent(user)}@${host}:${port}/${encodeURIComponent(database)}`;
  if (cluster.endpoint === '') throw new Error(`cluster ${cluster.name}: got no endpoint, wanted one; wait until RDS has made it`);
  const copies = cluster.members.map(({ name }) => {
    const { host = null, port = null } = instances.find((each) => each.name === name) ?? {};
    if (host === null || port === null) throw new Error(`instance ${name}: got no endpoint, wanted one; wait until RDS has made it`);
    return { name, url: url(host, port) };
  });
  return {
    endpoints: { store: 'aurora', writer: url(cluster.endpoint, cluster.port), copies, dialect: 'aurora' },
    credentials: { postgres: { tls, password } },
  };
}
