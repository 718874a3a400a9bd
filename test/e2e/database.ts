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
    for (const { server: copy, direct } of cluster.copies) {
      // A copy that is made anew takes these files along with the writer's data.
      await writeOwned(join(copy.folder, 'shown.pem'), await readFile(server.cert, 'utf8'));
      await writeOwned(join(copy.folder, 'shown.key'), await readFile(server.key, 'utf8'));
      await setParameter(direct, 'ssl_cert_file', 'shown.pem', within_ms);
      await setParameter(direct, 'ssl_key_file', 'shown.key', within_ms);
      await setParameter(direct, 'ssl', 'on', within_ms);
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
