import type { LaneReadback } from '../../core/record.ts';
import { encodeRuns, type Run } from '../../core/run-lengths.ts';
import { EtcdConnection, type GatewayRequest } from './connection.ts';
import type { EtcdCredentials } from './credentials.ts';
import { numberOf, range } from './keys.ts';
import type { EtcdMember } from './members.ts';
import { codeOf, type KeyAt, read } from './outcome.ts';

const numbers_per_page = 5000;
const connect_limit_ms = 10_000;
const page_limit_ms = 60_000;

/**
 * What the store holds of each lane at one revision, the first that it is asked at; memory is a page and the runs that were found.
 * A member that fails hands over to the next; when all have, it throws.
 */
export async function readLanes(
  members: EtcdMember[],
  credentials: EtcdCredentials,
  run: string,
  lanes: { lane: string; count: number }[],
): Promise<LaneReadback[]> {
  const said: string[] = [];
  for (const member of members) {
    const reader = new Reader(member, credentials);
    try {
      await reader.connect();
      const found: LaneReadback[] = [];
      for (const { lane, count } of lanes) found.push(await readLane(reader, run, lane, count));
      return found;
    } catch (error) {
      said.push(`${member.name}: ${codeOf(error)}`);
    } finally {
      reader.close();
    }
  }
  throw new Error(`no member could be read back from: ${said.join(', ')}`);
}

/** One connection, each request within its time, all at the revision of the first. */
class Reader {
  #connection: EtcdConnection;
  #revision = 0;

  constructor(member: EtcdMember, credentials: EtcdCredentials) {
    this.#connection = new EtcdConnection(member, credentials, () => undefined);
  }

  connect(): Promise<void> {
    return this.#within(connect_limit_ms, this.#connection.connect());
  }

  async keys(request: (revision: number) => GatewayRequest): Promise<KeyAt[]> {
    const answer = read(await this.#within(page_limit_ms, this.#connection.request(request(this.#revision))));
    if ('code' in answer) throw Object.assign(new Error(answer.code), { code: answer.code });
    if (this.#revision === 0) this.#revision = answer.header.revision;
    return answer.keys;
  }

  close(): void {
    this.#connection.destroy();
  }

  async #within<T>(ms: number, answer: Promise<T>): Promise<T> {
    const limit = setTimeout(() => this.#connection.destroy(), ms);
    try {
      return await answer;
    } finally {
      clearTimeout(limit);
    }
  }
}

/**
 * Page by page from the highest number down: a number is out of order when a higher one was stored at a lower revision, and that is
 * known once all higher ones were seen. A key for each number cannot be there twice.
 */
async function readLane(reader: Reader, run: string, lane: string, count: number): Promise<LaneReadback> {
  const runs: Run[] = [];
  let reordered = 0;
  let lowest_above = Number.POSITIVE_INFINITY;
  for (let to = count; to > 0; to -= numbers_per_page) {
    const from = Math.max(0, to - numbers_per_page);
    const keys = await reader.keys((revision) => range({ run, lane, from, to, revision }));
    let next = to - 1;
    for (const { key, mod_revision } of keys.reverse()) {
      const n = numberOf(key);
      add(runs, 'm', next - n);
      add(runs, 'p', 1);
      next = n - 1;
      if (mod_revision > lowest_above) reordered += 1;
      lowest_above = Math.min(lowest_above, mod_revision);
    }
    add(runs, 'm', next - from + 1);
  }
  return { lane, present: encodeRuns(runs.reverse()), duplicated: 0, reordered };
}

function add(runs: Run[], letter: string, count: number): void {
  if (count === 0) return;
  const last = runs.at(-1);
  if (last?.letter === letter) last.count += count;
  else runs.push({ letter, count });
}
