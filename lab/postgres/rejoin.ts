import { setTimeout as sleep } from 'node:timers/promises';
import { askWriter, type Copy } from './copy.ts';
import { baseBackup, setRole } from './copying.ts';

/** What a copy needs to know to follow the present writer. */
export interface Leader {
  copy: Copy;
  password: string;
  connection(standby: string): string;
}

const ask_limit_ms = 2_000;
/** A copy that restarts on its own data streams within this time, or its history has left the writer's. */
const own_data_limit_ms = 8_000;
const fresh_limit_ms = 30_000;

/** Starts a stopped copy as a standby on the data that it has, and takes a fresh base backup when that cannot follow the writer. */
export async function rejoin(copy: Copy, leader: Leader): Promise<void> {
  if (!copy.diverged && (await followOnOwnData(copy, leader))) return;
  await copy.server.kill();
  if (leader.copy.server.port === null) throw new Error(`${copy.name} cannot be made anew: ${leader.copy.name} does not run`);
  await baseBackup({ port: leader.copy.server.port, password: leader.password, folder: leader.copy.server.folder }, copy.server.folder);
  await setRole(copy.server.folder, { primary_conninfo: leader.connection(copy.name) });
  await copy.server.start();
  await streams(copy, leader.copy, fresh_limit_ms);
  copy.diverged = false;
}

async function followOnOwnData(copy: Copy, leader: Leader): Promise<boolean> {
  await copy.server.kill();
  await setRole(copy.server.folder, { primary_conninfo: leader.connection(copy.name) });
  return await copy.server
    .start()
    .then(() => streams(copy, leader.copy, own_data_limit_ms))
    .then(
      () => true,
      () => false,
    );
}

/** Waits until the writer says that the copy streams: only then does it count. */
export async function streams(copy: Copy, writer: Copy, within_ms: number): Promise<void> {
  const end = performance.now() + within_ms;
  for (;;) {
    const state = await askWriter(writer.direct, ask_limit_ms).catch(() => null);
    if (state?.streaming.includes(copy.name)) return;
    if (performance.now() > end) throw new Error(`${copy.name} does not stream from ${writer.name} within ${within_ms} ms`);
    await sleep(20);
  }
}
