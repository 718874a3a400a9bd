import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** What an Automation writes once a broker's restart was accepted, under the step's token: whom it hit, and MSK's operation. */
export interface Receipt {
  victim: string;
  operation: string;
}

/** Reads receipts by token (`<run>/<step>`). */
export type Receipts = (token: string) => Promise<Receipt | null>;

/** Receipts in the suite's table: key `HIT#<token>` and `HIT`, attributes `victim` and `operation`. */
export function receiptsIn(dynamodb: DynamoDBClient, table: string): Receipts {
  return async (token) => {
    const Key = { pk: { S: `HIT#${token}` }, sk: { S: 'HIT' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    const [victim, operation] = [Item?.victim?.S, Item?.operation?.S];
    return victim === undefined || operation === undefined ? null : { victim, operation };
  };
}
