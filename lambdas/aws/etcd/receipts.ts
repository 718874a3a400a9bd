import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** Id of the Automation that took its victims from the lease for a step, by the step's token (`<run>/<step>`); null where none did. */
export type Receipts = (token: string) => Promise<string | null>;

/** Receipts in the suite's table: key `HIT#<token>` and `HIT`, attribute `automation`. */
export function receiptsIn(dynamodb: DynamoDBClient, table: string): Receipts {
  return async (token) => {
    const Key = { pk: { S: `HIT#${token}` }, sk: { S: 'HIT' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item?.automation?.S ?? null;
  };
}
