import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from '../../lab/etcd/certificates.ts';
import { PostgresCluster } from '../../lab/postgres/cluster.ts';
import { setParameter } from '../../lab/postgres/copy.ts';
import { writeOwned } from '../../lab/postgres/server.ts';
import { wallClock } from '../../lambdas/aws/clock.ts';
import { prepare } from '../../probe/postgres.ts';

const within_ms = 10_000;

/** The one function of Aurora's that the probe calls. */
const ownName = `create function aurora_db_instance_identifier() returns text language sql stable as
  $$ select current_setting('cluster_name') $$`;

export interface Database {
  cluster: PostgresCluster;
  /** PEM file of the authority that signed what the servers show. */
  ca: string;
  user: string;
  password: string;
}

/** Three copies of a database in three zones that take clients over TLS alone where they ask for it, with the probe's table. */
export async function startDatabase(run: string, folder: string): Promise<Database> {
  const logs = join(folder, 'logs');
  await mkdir(logs, { recursive: true });
  const cluster = await PostgresCluster.start({
    run,
    clock: wallClock(),
    logs,
    members: 3,
    mode: 'quorum',
    link_delay_ms: 0,
    hold_promotion_ms: 0,
  });
  try {
    const { ca, server } = await makeCertificates(join(folder, 'certificates'));
    const [certificate, key] = [join(cluster.folder, 'server.pem'), join(cluster.folder, 'server.key')];
    await writeOwned(certificate, await readFile(server.cert, 'utf8'));
    await writeOwned(key, await readFile(server.key, 'utf8'));
    const tls = { ssl_cert_file: certificate, ssl_key_file: key, ssl: 'on' };
    for (const { server: copy, direct } of cluster.copies) {
      // For now, and for a start after it was made anew as a reader, which keeps nothing else.
      for (const [name, value] of Object.entries(tls)) await setParameter(direct, name, value, within_ms);
      Object.assign(copy.settings, tls);
    }
    await prepare(cluster.writerUrl);
    await cluster.writer.direct.rows(ownName, within_ms);
    const { username, password } = new URL(cluster.writerUrl);
    return { cluster, ca, user: username, password };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
