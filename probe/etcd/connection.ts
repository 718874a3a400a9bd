import { Agent, type IncomingMessage, request } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EtcdCredentials } from './credentials.ts';
import type { EtcdMember } from './members.ts';

/** One request to a member's HTTP gateway. */
export interface GatewayRequest {
  path: string;
  body: object;
  /** A member that knows no leader refuses it at once, before it proposes anything. */
  needs_leader?: boolean;
}

/** What came back, whole. */
export interface GatewayAnswer {
  status: number;
  text: string;
}

/** Answered by the member alone, whatever becomes of its quorum. */
const greeting: GatewayRequest = { path: '/v3/maintenance/status', body: {} };

/** One connection to one member over a socket of our own, so that it can be dropped without a word; nothing is ever sent twice. */
export class EtcdConnection {
  readonly member: EtcdMember;
  #socket: Socket;
  #agent: Agent;
  #code: string | null = null;

  /** `lost` is called once, when the connection can take no more requests, however that came. */
  constructor(member: EtcdMember, credentials: EtcdCredentials, lost: (connection: EtcdConnection) => void) {
    this.member = member;
    const { host, port } = member;
    const socket: Socket = member.secure
      ? connectTls({ ...credentials, host, port, ...(isIP(host) ? {} : { servername: host }) })
      : connectTcp({ host, port });
    socket.setNoDelay(true);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#code ??= error.code ?? 'unknown';
    });
    socket.on('close', () => lost(this));
    this.#socket = socket;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.#agent.createConnection = () => socket;
  }

  /** Socket, TLS, and one request answered: a frozen member's kernel takes connections too, and a refused certificate is told only afterwards. */
  async connect(): Promise<void> {
    const { status } = await this.request(greeting);
    if (status !== 200) throw failure(`greeting ${status}`);
  }

  /** Rejects with a code when the connection is lost before the whole answer was there. */
  request({ path, body, needs_leader = false }: GatewayRequest): Promise<GatewayAnswer> {
    const { host, port } = this.member;
    const headers = { 'content-type': 'application/json', ...(needs_leader ? { 'grpc-metadata-hasleader': 'true' } : {}) };
    return new Promise((resolve, reject) => {
      // The socket's own error says more than that of the request, which may only see it closed.
      const fail = (error: NodeJS.ErrnoException) => reject(failure(this.#code ?? error.code ?? 'closed'));
      const sent = request({ agent: this.#agent, host, port, path, method: 'POST', headers }, (response) =>
        collect(response, resolve, fail),
      );
      sent.on('error', fail);
      sent.end(JSON.stringify(body));
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function collect(response: IncomingMessage, done: (answer: GatewayAnswer) => void, fail: (error: NodeJS.ErrnoException) => void): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
  });
  response.on('error', fail);
  response.on('end', () => done({ status: response.statusCode ?? 0, text }));
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
