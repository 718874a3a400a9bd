import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { doubtOf } from './outcome.ts';

export interface Statement {
  name: string;
  text: string;
  values: (string | number)[];
}

/** One connection over a socket of our own, so that it can be dropped without a word to the server. */
export class Connection {
  #client: Client;
  #socket = new Socket();
  #alive = true;
  #doubt: string | undefined;

  /** `lost` is called once, when the connection can take no more statements, however that came. */
  constructor(server: ClientConfig, lost: (connection: Connection) => void) {
    this.#client = new Client({ ...server, stream: () => this.#socket, application_name: 'quorum-drill' });
    const end = () => {
      if (!this.#alive) return;
      this.#alive = false;
      this.#socket.destroy();
      lost(this);
    };
    this.#client.on('error', end);
    this.#client.on('end', end);
    this.#client.on('notice', (notice) => {
      this.#doubt ??= doubtOf(notice);
    });
  }

  /** True once the server has said anything at all: then it lives, however slow it is. */
  get heard(): boolean {
    return this.#socket.bytesRead > 0;
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  /** The first column of the first row, and what a notice said against the success. Rejects with the server's or socket's error. */
  async run(statement: Statement): Promise<{ value: string | undefined; doubt: string | undefined }> {
    this.#doubt = undefined;
    const { rows } = await this.#client.query<[string]>({ ...statement, rowMode: 'array' });
    return { value: rows[0]?.[0], doubt: this.#doubt };
  }

  /** Drops the socket: no cancel and no goodbye, since a cancelled commit would answer as if it had succeeded. */
  destroy(): void {
    this.#socket.destroy();
  }
}
