import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { aName, client } from './over-moto.ts';

/** An empty table as the suite makes it: key pk and sk, and the index of rows not released. */
export async function aTable(): Promise<{ dynamodb: DynamoDBClient; table: string }> {
  const dynamodb = new DynamoDBClient(client);
  const table = aName('runs');
  const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  await dynamodb.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [string('pk'), string('sk'), string('unreleased')],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'unreleased',
          KeySchema: [{ AttributeName: 'unreleased', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return { dynamodb, table };
}
