import {
  type ClusterOperationV2Summary,
  DescribeClusterOperationV2Command,
  type KafkaClient,
  ListClusterOperationsV2Command,
} from '@aws-sdk/client-kafka';

/** One operation on a cluster. Times are epoch milliseconds. */
export interface Operation {
  arn: string;
  type: string;
  /** As MSK says it: an open list of words. */
  state: string;
  standing: 'live' | 'completed' | 'failed' | 'unknown';
  start_at: number | null;
  end_at: number | null;
  error: string;
}

/** One operation by its ARN; throws when there is none. */
export async function operationOf(kafka: KafkaClient, arn: string): Promise<Operation> {
  const { ClusterOperationInfo } = await kafka.send(new DescribeClusterOperationV2Command({ ClusterOperationArn: arn }));
  if (ClusterOperationInfo === undefined) throw new Error(`operation ${arn}: got nothing, wanted its state`);
  const { ErrorInfo } = ClusterOperationInfo;
  return { ...shaped(ClusterOperationInfo), error: [ErrorInfo?.ErrorCode, ErrorInfo?.ErrorString].filter(Boolean).join(': ') };
}

/** Every operation that MSK still knows of a cluster; the list has no promised order. */
export async function operationsOn(kafka: KafkaClient, ClusterArn: string): Promise<Operation[]> {
  const found: Operation[] = [];
  let NextToken: string | undefined;
  do {
    const page = await kafka.send(new ListClusterOperationsV2Command({ ClusterArn, MaxResults: 100, ...(NextToken && { NextToken }) }));
    found.push(...(page.ClusterOperationInfoList ?? []).map(shaped));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

function shaped(told: ClusterOperationV2Summary): Operation {
  const state = told.OperationState ?? 'unknown';
  const end_at = told.EndTime?.getTime() ?? null;
  return {
    arn: told.OperationArn ?? '',
    type: told.OperationType ?? 'unknown',
    state,
    standing: standingOf(state, end_at),
    start_at: told.StartTime?.getTime() ?? null,
    end_at,
    error: '',
  };
}

/** Only a word that says so is success; one that nobody knows goes on until it has ended, and is doubt then. */
function standingOf(state: string, end_at: number | null): Operation['standing'] {
  if (/COMPLETE$/.test(state)) return 'completed';
  if (/FAILED$/.test(state)) return 'failed';
  return end_at === null ? 'live' : 'unknown';
}
