import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loopback } from '../../lab/ports.ts';

/** One request that a client signed for a service, or that the emulator handed on. */
export interface Asked {
  method: string;
  /** Path and query. */
  path: string;
  headers: { [name: string]: string };
  body: string;
}

export interface Answered {
  status: number;
  type: string;
  body: string;
}

/** Answers what a client asked of one service. */
export type Service = (asked: Asked) => Promise<Answered>;

export interface ControlPlane {
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * Services that no emulator has, or has only in part, on one loopback port. `services` go by the name that a request is signed
 * for, `calls` by the path of what the emulator hands on.
 */
export async function startControlPlane(
  services: { [signed: string]: Service },
  calls: { [path: string]: (body: unknown) => Promise<unknown> },
): Promise<ControlPlane> {
  const server = createServer((request, response) => {
    serve(request, services, calls).then(
      (answered) => write(response, answered),
      (error: unknown) => write(response, refusal(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  return {
    endpoint: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function serve(
  request: IncomingMessage,
  services: { [signed: string]: Service },
  calls: { [path: string]: (body: unknown) => Promise<unknown> },
): Promise<Answered> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const path = request.url ?? '/';
  const call = calls[path];
  if (call !== undefined) return json(200, await call(JSON.parse(body)));
  const signed = /Credential=[^/]*\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody';
  const service = services[signed];
  if (service === undefined) throw new Error(`${signed}: got a request, wanted one for ${Object.keys(services).join(', ')}`);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return service({ method: request.method ?? 'GET', path, headers, body });
}

export function json(status: number, body: unknown): Answered {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

/** An error whose name is the service's own word. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** In the words of both protocols: a client reads `__type`, the emulator `error` and `cause`. */
function refusal(error: unknown): Answered {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return json(400, { __type: name, message, error: name, cause: message });
}

/** The same request to another server, which answers for itself. */
export async function forward(asked: Asked, endpoint: string): Promise<Answered> {
  const { connection, 'content-length': _, 'transfer-encoding': __, expect, host, ...headers } = asked.headers;
  const answer = await fetch(endpoint + asked.path, {
    method: asked.method,
    headers,
    ...(asked.method === 'GET' || asked.method === 'HEAD' ? {} : { body: asked.body }),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? 'application/json', body: await answer.text() };
}

function write(response: ServerResponse, { status, type, body }: Answered): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
