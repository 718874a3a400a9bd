import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** How an execution stands; `error` is the name that it failed with, or its status where it has none. */
export interface Standing {
  running: boolean;
  error: string | null;
  cause: string;
}

/** A target's state machine, as the command uses it. It has no way to stop an execution: that is left to healing. */
export interface Machine {
  /** Starts a run and returns its execution; the same run and drill again return the same one while it runs. */
  start(run: string, drill: string): Promise<string>;
  look(execution: string): Promise<Standing>;
}

export function machineAt(sfn: SFNClient, stateMachineArn: string): Machine {
  return {
    start: async (name, drill) => {
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ drill }) }));
      if (executionArn === undefined) throw new Error(`execution ${name}: got no ARN, wanted one; look at ${stateMachineArn}`);
      return executionArn;
    },
    look: async (executionArn) => {
      const { status = 'unknown', error, cause = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === 'SUCCEEDED') return { running: false, error: null, cause };
      const running = status === 'RUNNING' || status === 'PENDING_REDRIVE';
      return { running, error: running ? null : (error ?? status), cause };
    },
  };
}
