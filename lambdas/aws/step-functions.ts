import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** Answers whether an execution runs; a word that nobody knows throws, because a lease may be taken only from the dead. */
export function executions(sfn: SFNClient): (execution: string) => Promise<boolean> {
  return async (execution) => {
    const status = await statusOf(sfn, execution);
    switch (status) {
      case 'RUNNING':
      // A redrive was asked for and continues from the failed state.
      case 'PENDING_REDRIVE':
        return true;
      case 'SUCCEEDED':
      case 'FAILED':
      case 'TIMED_OUT':
      case 'ABORTED':
      case 'gone':
        return false;
      default:
        throw new Error(`execution ${execution}: got status ${status}, wanted one that is known; look at it before the lease is taken`);
    }
  };
}

async function statusOf(sfn: SFNClient, executionArn: string): Promise<string> {
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }));
    return status ?? 'none';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return 'gone';
    throw error;
  }
}
