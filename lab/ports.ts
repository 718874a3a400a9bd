import { createServer } from 'node:net';
import { BadInput } from '../core/errors.ts';

export const loopback = '127.0.0.1';

/** A loopback port that was free a moment ago, chosen by the kernel; whoever binds it must be ready to ask again. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(portRefused(error)));
    server.listen({ host: loopback, port: 0 }, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** What a person reads when the kernel gives no port. */
export function portRefused(error: NodeJS.ErrnoException, wanted = 'a free port on 127.0.0.1'): BadInput {
  return new BadInput(
    'loopback port',
    error.code ?? error.message,
    wanted,
    'close programs that hold ports, or raise the limit on open files, and run again',
  );
}
