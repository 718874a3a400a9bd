import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { Flow } from './flow.ts';
import { loopback, portRefused } from './ports.ts';

/** Where a link leads at the moment of a connection; null while nothing is there. */
export type Destination = () => number | null;

interface Pair {
  near: Socket;
  far: Socket;
  up: Flow;
  down: Flow;
  lossy: boolean;
}

/**
 * One way between two hosts as a TCP proxy of ours on loopback. `from` dials it, `to` is behind it. It models hosts and wires:
 * a cut loses bytes silently both ways, and the loss of a host loses whatever is still on the way.
 */
export class Link {
  readonly from: string;
  readonly to: string;
  port = 0;
  #server: Server;
  #pairs = new Set<Pair>();
  /** Connections made during a cut: nothing is behind them. */
  #dangling = new Set<Socket>();
  #cut = false;
  #delay_ms = 0;
  #closedTraffic = 0;

  private constructor(from: string, to: string, destination: Destination) {
    this.from = from;
    this.to = to;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => this.#accept(near, destination()));
  }

  /** Listens on a port that the kernel chooses, and holds it until `close`. */
  static open(from: string, to: string, destination: Destination): Promise<Link> {
    const link = new Link(from, to, destination);
    return new Promise((resolve, reject) => {
      link.#server.once('error', (error: NodeJS.ErrnoException) => reject(portRefused(error)));
      link.#server.listen({ host: loopback, port: 0 }, () => {
        link.port = (link.#server.address() as { port: number }).port;
        resolve(link);
      });
    });
  }

  get isCut(): boolean {
    return this.#cut;
  }

  get delay_ms(): number {
    return this.#delay_ms;
  }

  /** Bytes handed on so far, both ways. */
  get passed_bytes(): number {
    let bytes = this.#closedTraffic;
    for (const { up, down } of this.#pairs) bytes += up.passed_bytes + down.passed_bytes;
    return bytes;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** From now on every byte vanishes, both ways, and nobody is told; connections stay open and new ones are taken. */
  cut(): void {
    this.#cut = true;
    for (const pair of this.#pairs) this.#silence(pair);
  }

  /**
   * Ends a cut. Connections that lost bytes are reset, for a TCP stream cannot go on with a hole in it; with `tell` false nobody
   * tells their ends, which find out by their own timeouts.
   */
  heal(tell = true): void {
    this.#cut = false;
    if (!tell) return;
    for (const pair of this.#pairs) if (pair.lossy) this.#reset(pair);
    for (const near of this.#dangling) near.resetAndDestroy();
  }

  /** Holds what comes from the far end (where `to` is) for so long before it is handed on. */
  delay(ms: number): void {
    this.#delay_ms = ms;
    for (const { down } of this.#pairs) down.delay_ms = ms;
  }

  /** Resets every connection; what was on the way is lost. */
  reset(): void {
    for (const pair of this.#pairs) this.#reset(pair);
  }

  /** The host at one end is gone: what is on the way is lost, and so is all that still comes on these connections. */
  vanish(): void {
    for (const pair of this.#pairs) this.#silence(pair);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#cut = false;
    this.reset();
    for (const near of this.#dangling) near.resetAndDestroy();
    await closed;
  }

  #accept(near: Socket, port: number | null): void {
    near.on('error', () => {});
    if (this.#cut) {
      this.#dangle(near);
      return;
    }
    if (port === null) {
      near.resetAndDestroy();
      return;
    }
    const far = createConnection({ host: loopback, port, noDelay: true, allowHalfOpen: true });
    const pair: Pair = { near, far, up: new Flow(near, far, 0), down: new Flow(far, near, this.#delay_ms), lossy: false };
    this.#pairs.add(pair);
    for (const socket of [near, far]) {
      socket.on('error', () => this.#broken(pair));
      socket.on('close', () => this.#closed(pair));
    }
  }

  #dangle(near: Socket): void {
    this.#dangling.add(near);
    near.resume();
    near.on('close', () => this.#dangling.delete(near));
  }

  #silence(pair: Pair): void {
    pair.lossy = true;
    pair.up.lose();
    pair.down.lose();
  }

  #reset(pair: Pair): void {
    pair.lossy = true;
    pair.near.resetAndDestroy();
    pair.far.resetAndDestroy();
    this.#drop(pair);
  }

  /** A connection refused or reset at one end is reset at the other, unless the wire between them is cut. */
  #broken(pair: Pair): void {
    if (!pair.lossy) this.#reset(pair);
  }

  #closed(pair: Pair): void {
    if (pair.near.destroyed && pair.far.destroyed) this.#drop(pair);
  }

  #drop(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    this.#closedTraffic += pair.up.passed_bytes + pair.down.passed_bytes;
    pair.up.lose();
    pair.down.lose();
  }
}
