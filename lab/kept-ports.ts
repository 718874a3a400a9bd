import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { BadInput } from '../core/errors.ts';
import { loopback, portRefused } from './ports.ts';

/** Below what any platform hands out by itself: while its server is down, no outgoing connection may take the port. */
const [lowest, highest] = [15_000, 32_000];
const tries = 1_000;

/** Distinct loopback ports that were free a moment ago and that only a program that asks for them can take. */
export async function keptPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let i = 0; i < tries && found.size < count; i += 1) {
    const port = randomInt(lowest, highest);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count)
    throw new BadInput('loopback ports', `${found.size} free ones`, `${count}`, 'close programs that hold ports, and run again');
  return [...found];
}

/** Whether somebody could listen on this loopback port now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(portRefused(error));
    });
    server.listen({ host: loopback, port }, () => server.close(() => resolve(true)));
  });
}
