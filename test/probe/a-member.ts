import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a member does with a put or range; `body` is the request's. */
export type Answer = (body: { key: string; [name: string]: unknown }, response: ServerResponse, socket: Socket) => void;

/** One member's gateway, written by hand: it greets everybody, and does with the rest as told. */
export class AMember {
  readonly name: string;
  /** Keys of the puts and ranges that reached it, in order. */
  readonly asked: string[] = [];
  /** Infinity: never. */
  greets_after_ms = 0;
  answer: Answer;
  port = 0;
  #server: Server;
  #sockets = new Set<Socket>();

  constructor(name: string, answer: Answer = ok(1)) {
    this.name = name;
    this.answer = answer;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `${this.name}=http://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as { port: number }).port;
    return this;
  }

  /** Resets every connection and refuses new ones. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.url?.startsWith('/v3/maintenance/')) {
      if (this.greets_after_ms < Number.POSITIVE_INFINITY) setTimeout(() => response.end('{}'), this.greets_after_ms);
      return;
    }
    const body = JSON.parse(text);
    body.key = Buffer.from(body.key, 'base64').toString();
    this.asked.push(body.key);
    this.answer(body, response, request.socket);
  }
}

/** A success at this Raft term, with these keys. */
export function ok(raft_term: number, keys: string[] = []): Answer {
  const kvs = keys.map((key) => ({ key: Buffer.from(key).toString('base64'), mod_revision: '1' }));
  return (_, response) => response.end(JSON.stringify({ header: { member_id: '1', revision: '7', raft_term: String(raft_term) }, kvs }));
}

export function refusal(message: string): Answer {
  return (_, response) => response.writeHead(503).end(JSON.stringify({ message, code: 14 }));
}
