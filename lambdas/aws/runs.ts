import { type DynamoDBClient, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/clock.ts';
import { newRow, refusedBecause } from '../new-run.ts';
import type { Claimed, Lease, NewRun, RunRow, Runs } from '../tools.ts';
import { at, bodyOf, type Item, leaseIn, runOf, still, text, unreleased } from './dynamodb-items.ts';
import { type LeaseMove, moveBetween, names } from './runs-lease.ts';
import { isNamed, writeClaim, writeRow } from './runs-write.ts';

/** A run may announce no step, because its lease is another's or the step's fault is in already; nothing was written. */
export class LeaseLost extends Error {
  override name = 'LeaseLost' as const;
}

/** Two witnesses beat once a second and the tasks write in between; this many losses in a row mean something else. */
const most_tries = 60;
const longest_pause_ms = 50;

/** Rows, leases and slots in one DynamoDB table; every write carries the condition that makes it safe. */
export class DynamoRuns implements Runs {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(dynamodb: DynamoDBClient, table: string, clock: Clock) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#clock = clock;
  }

  async claim(run: NewRun): Promise<Claimed> {
    for (let attempt = 1; attempt <= most_tries; attempt += 1) {
      const own = await this.read(run.run);
      if (own !== undefined)
        return own.execution === run.execution
          ? { status: 'claimed', row: own }
          : { status: 'duplicate', why: `run ${run.run} belongs to execution ${own.execution}` };
      const filled = run.slot === null ? undefined : await this.#item(at.slot(run.slot));
      if (filled !== undefined) return { status: 'duplicate', why: `slot ${run.slot} is filled by run ${filled.run?.S}` };
      const lease = await this.lease(run.store);
      const why = refusedBecause(run, lease);
      if (why !== null) return { status: 'refused', why };
      const row = newRow(run, (lease?.fence ?? 0) + 1);
      if (await writeClaim(this.#dynamodb, this.#table, run, row, lease)) return { status: 'claimed', row };
      await this.#pause();
    }
    throw this.#tooBusy(`claim of ${run.store} by run ${run.run}`);
  }

  async read(run: string): Promise<RunRow | undefined> {
    const item = await this.#item(at.row(run));
    return item === undefined ? undefined : JSON.parse(await bodyOf(item));
  }

  async change(run: string, edit: (row: RunRow) => RunRow | null): Promise<RunRow> {
    const row = await this.#rewrite(run, edit, moveBetween);
    if (row === undefined) throw new Error(`run ${run}: got no row, wanted one to change`);
    return row;
  }

  async release(run: string, to: 'free' | 'quarantined', why: string): Promise<void> {
    const closed = (row: RunRow): RunRow | null => (row.released === null ? { ...row, phase: 'closed', released: to } : null);
    await this.#rewrite(run, closed, () => ({ kind: 'end', to, why }));
  }

  /** Reads, edits and writes until nobody wrote in between; undefined when there is no row. */
  async #rewrite(
    run: string,
    edit: (row: RunRow) => RunRow | null,
    moveOf: (before: RunRow, next: RunRow) => LeaseMove | null,
  ): Promise<RunRow | undefined> {
    for (let attempt = 1; attempt <= most_tries; attempt += 1) {
      const item = await this.#item(at.row(run));
      if (item === undefined) return undefined;
      const body = await bodyOf(item);
      const edited = edit(JSON.parse(body));
      // Parsed again, because the edit may have spoilt its argument.
      const before: RunRow = JSON.parse(body);
      if (edited === null) return before;
      const next = { ...edited, version: before.version + 1 };
      const move = moveOf(before, next);
      let written = await writeRow(this.#dynamodb, this.#table, next, move);
      if (written === 'leaseless' && move?.kind === 'announce') throw await this.#leaseLost(next);
      // The store is another's now, and this row closes all the same.
      if (written === 'leaseless') written = await writeRow(this.#dynamodb, this.#table, next, null);
      if (written === 'written') return next;
      await this.#pause();
    }
    throw this.#tooBusy(`row of run ${run}`);
  }

  async lease(store: string): Promise<Lease | undefined> {
    const item = await this.#item(at.lease(store));
    return item === undefined ? undefined : leaseIn(item);
  }

  async clear(store: string, why: string): Promise<boolean> {
    try {
      await this.#dynamodb.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: at.lease(store),
          UpdateExpression: 'SET #state = :free, #why = :why REMOVE #run',
          ConditionExpression: '#state = :quarantined',
          ExpressionAttributeNames: names('state', 'why', 'run'),
          ExpressionAttributeValues: { ':free': text('free'), ':quarantined': text('quarantined'), ':why': text(why) },
        }),
      );
      return true;
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) return false;
      throw error;
    }
  }

  /** The index may be a moment late, so each row that it names is read itself. */
  async unreleased(): Promise<RunRow[]> {
    const found: RunRow[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.#dynamodb.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: unreleased,
          KeyConditionExpression: '#unreleased = :still',
          ExpressionAttributeNames: names(unreleased),
          ExpressionAttributeValues: { ':still': text(still) },
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      const rows = await Promise.all((page.Items ?? []).map((item) => this.read(runOf(item))));
      found.push(...rows.filter((row) => row?.released === null).map((row) => row as RunRow));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found.sort((a, b) => a.claimed_at - b.claimed_at || a.run.localeCompare(b.run));
  }

  async #item(Key: Item): Promise<Item | undefined> {
    return (await this.#dynamodb.send(new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true }))).Item;
  }

  /** Writers that lost together come back apart. */
  #pause(): Promise<void> {
    return this.#clock.sleep(Math.random() * longest_pause_ms);
  }

  async #leaseLost(row: RunRow): Promise<LeaseLost> {
    const lease = await this.lease(row.store);
    const got = lease === undefined ? 'none' : `one ${lease.state} by ${lease.run ?? 'nobody'} with fence ${lease.fence}`;
    return new LeaseLost(
      `lease of ${row.store}: got ${got}, wanted ${row.run} with fence ${row.fence} and step ${row.steps.at(-1)?.token} not in yet; nothing is injected`,
    );
  }

  #tooBusy(what: string): Error {
    return new Error(`${what}: got ${most_tries} writers in between, wanted none; look at what else writes to table ${this.#table}`);
  }
}
