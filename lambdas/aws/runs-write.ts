import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Lease, NewRun, RunRow } from '../tools.ts';
import { at, forgotten, type Item, number, rowItem, text } from './dynamodb-items.ts';
import { type LeaseMove, leasePut, leaseUpdate, names } from './runs-lease.ts';

/** `stale`: the row is not what was read; `leaseless`: the lease is not this run's to move. */
export type Written = 'written' | 'stale' | 'leaseless';

/** Writes a row whose version was one lower when it was read, with its move of the lease in one transaction. */
export async function writeRow(dynamodb: DynamoDBClient, TableName: string, next: RunRow, move: LeaseMove | null): Promise<Written> {
  const nonce = randomUUID();
  const put = {
    TableName,
    Item: await rowItem(next, nonce),
    ConditionExpression: '#version = :read',
    ExpressionAttributeNames: names('version'),
    ExpressionAttributeValues: { ':read': number(next.version - 1) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  try {
    if (move === null) await dynamodb.send(new PutItemCommand(put));
    else {
      const TransactItems = [{ Put: put }, { Update: leaseUpdate(TableName, next, move) }];
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
    }
    return 'written';
  } catch (error) {
    // An answer that was lost is asked for again, and then this very write stands against itself.
    if (oldNonce(error) === nonce) return 'written';
    const [row, lease] = cancellations(error);
    return lease === 'ConditionalCheckFailed' && row === 'None' ? 'leaseless' : 'stale';
  }
}

/** Writes lease, slot and row, all or none; false when one of them was taken since it was `seen`. */
export async function writeClaim(
  dynamodb: DynamoDBClient,
  TableName: string,
  run: NewRun,
  row: RunRow,
  seen: Lease | undefined,
): Promise<boolean> {
  const fresh = { TableName, ConditionExpression: 'attribute_not_exists(pk)' };
  const slot =
    run.slot === null ? [] : [{ Put: { ...fresh, Item: { ...at.slot(run.slot), run: text(run.run), ...forgotten(run.claimed_at) } } }];
  const TransactItems = [
    { Put: { ...fresh, Item: await rowItem(row, randomUUID()) } },
    { Put: leasePut(TableName, run, row.fence, seen) },
    ...slot,
  ];
  try {
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
    return true;
  } catch (error) {
    cancellations(error);
    return false;
  }
}

export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** The nonce of the item that stood against a write. */
function oldNonce(error: unknown): string | undefined {
  return isNamed(error, 'ConditionalCheckFailedException') ? (error as { Item?: Item }).Item?.nonce?.S : undefined;
}

const harmless = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

/** What each part of a write met: a condition that did not hold or another writer. Anything else is thrown on. */
function cancellations(error: unknown): string[] {
  if (isNamed(error, 'ConditionalCheckFailedException')) return ['ConditionalCheckFailed'];
  if (isNamed(error, 'TransactionConflictException')) return ['TransactionConflict'];
  if (!isNamed(error, 'TransactionCanceledException')) throw error;
  const codes = ((error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? []).map((each) => each.Code ?? 'None');
  if (codes.length === 0 || codes.some((code) => !harmless.has(code))) throw error;
  return codes;
}
