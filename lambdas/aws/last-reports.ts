import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Report } from '../../core/report.ts';
import { keys } from '../store-evidence.ts';
import type { Evidence } from '../tools.ts';
import { type Item, rowSort, runOf, text } from './dynamodb-items.ts';
import { names } from './runs-lease.ts';

/**
 * The report of the latest released run of each drill. Reads all of the table, which no index serves: a person asks for it now
 * and then, and a run leaves one row.
 */
export async function lastReports(
  dynamodb: DynamoDBClient,
  TableName: string,
  evidence: Pick<Evidence, 'get'>,
): Promise<Map<string, Report>> {
  const latest = new Map<string, { run: string; claimed_at: number }>();
  for (const item of await releasedRows(dynamodb, TableName)) {
    const drill = item.drill?.S ?? '';
    const claimed_at = Number(item.claimed_at?.N);
    if (claimed_at > (latest.get(drill)?.claimed_at ?? 0)) latest.set(drill, { run: runOf(item), claimed_at });
  }
  const reports = await Promise.all([...latest].map(async ([drill, { run }]) => [drill, await evidence.get(keys.report(run))] as const));
  return new Map(reports.flatMap(([drill, report]) => (report === undefined ? [] : [[drill, report as Report]])));
}

async function releasedRows(dynamodb: DynamoDBClient, TableName: string): Promise<Item[]> {
  const found: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName,
        FilterExpression: '#sk = :row AND attribute_exists(#released)',
        ProjectionExpression: '#pk, #drill, #claimed_at',
        ExpressionAttributeNames: names('sk', 'released', 'pk', 'drill', 'claimed_at'),
        ExpressionAttributeValues: { ':row': text(rowSort) },
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    found.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}
