import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Report } from '../../core/report.ts';
import type { SuiteSettings } from '../../drills/target.ts';
import { wallClock } from '../../lambdas/aws/clock.ts';
import { s3Evidence } from '../../lambdas/aws/evidence.ts';
import { DynamoRuns } from '../../lambdas/aws/runs.ts';
import type { Lease, RunRow, Runs } from '../../lambdas/tools.ts';
import { drillDefinition } from '../../workflow/definition.ts';
import { caller } from './deploy.ts';

export interface Ended {
  run: string;
  /** The name of the error that an execution failed with, or its status. */
  how: string;
  cause: string;
}

interface FunctionConfiguration {
  FunctionName: string;
  FunctionArn: string;
  Environment?: { Variables?: { [name: string]: string } };
}

const functions = '/2015-03-31/functions';

/** Starts executions of one machine in the emulator, follows them, and reads what they left, with the suite's own adapters. */
export class Driver {
  readonly runs: Runs;
  readonly #endpoint: string;
  readonly #sfn: SFNClient;
  readonly #machine: string;
  readonly #settings: SuiteSettings;
  readonly #arns: { [task: string]: string };

  private constructor(endpoint: string, machine: string, settings: SuiteSettings, arns: { [task: string]: string }) {
    this.#endpoint = endpoint;
    this.#machine = machine;
    this.#settings = settings;
    this.#arns = arns;
    this.#sfn = new SFNClient(caller(endpoint));
    this.runs = new DynamoRuns(new DynamoDBClient(caller(endpoint)), settings.table, wallClock());
  }

  /** What the deployed machine and its functions say of themselves is all that is known of them. */
  static async find(endpoint: string, name: string): Promise<Driver> {
    const machine = `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
    const { definition } = await new SFNClient(caller(endpoint)).send(new DescribeStateMachineCommand({ stateMachineArn: machine }));
    const bound = resourcesByState(JSON.parse(definition ?? '{}'));
    const arns: { [task: string]: string } = {};
    for (const [state, resource] of Object.entries(resourcesByState(drillDefinition))) {
      const task = /^\$\{(\w+)\}$/.exec(resource)?.[1];
      if (task !== undefined) arns[task] = bound[state] ?? '';
    }
    const [any] = Object.values(arns);
    const { Environment } = (await call(endpoint, 'GET', `${functions}/${any}/configuration`)) as FunctionConfiguration;
    return new Driver(endpoint, machine, JSON.parse(Environment?.Variables?.DRILL_SUITE ?? '{}') as SuiteSettings, arns);
  }

  /** Starts an execution and returns its run. */
  async start(run: string, input: object = {}): Promise<string> {
    const text = JSON.stringify({ drill: 'aurora-failover', ...input });
    await this.#sfn.send(new StartExecutionCommand({ stateMachineArn: this.#machine, name: run, input: text }));
    return run;
  }

  /** Aborts an execution as a person would in the console. */
  async abort(run: string): Promise<void> {
    await this.#sfn.send(new StopExecutionCommand({ executionArn: this.#execution(run), cause: 'aborted by a test' }));
  }

  /** How an execution ended; throws when it has not within the time. */
  async ended(run: string, within_s = 300): Promise<Ended> {
    for (let left = within_s; left > 0; left -= 1) {
      const { status, error, cause } = await this.#sfn.send(new DescribeExecutionCommand({ executionArn: this.#execution(run) }));
      if (status !== 'RUNNING') return { run, how: error ?? status ?? 'gone', cause: cause ?? '' };
      await sleep(1_000);
    }
    throw new Error(
      `execution ${run}: got it running still, wanted an end within ${within_s} s; its row: ${JSON.stringify(await this.row(run))}`,
    );
  }

  async row(run: string): Promise<RunRow> {
    const row = await this.runs.read(run);
    if (row === undefined) throw new Error(`run ${run}: got no row`);
    return row;
  }

  lease(): Promise<Lease | undefined> {
    return this.runs.lease(this.#settings.targets[0]?.name ?? '');
  }

  async report(run: string): Promise<Report> {
    const { keys } = await this.row(run);
    // Names of buckets are no part of a host's name here.
    const s3 = new S3Client({ ...caller(this.#endpoint), forcePathStyle: true });
    return (await s3Evidence(s3, this.#settings.bucket).get(keys.report ?? '')) as Report;
  }

  /** Waits until the row says so; throws when it does not within the time. */
  async until(run: string, what: (row: RunRow) => boolean, within_s = 120): Promise<RunRow> {
    for (let left = within_s * 5; left > 0; left -= 1) {
      const row = await this.runs.read(run);
      if (row !== undefined && what(row)) return row;
      await sleep(200);
    }
    throw new Error(`run ${run}: got ${JSON.stringify(await this.runs.read(run))}, wanted another row within ${within_s} s`);
  }

  /** Takes a task's settings away, so that its function fails before its work; returns what gives them back. */
  async spoil(task: string): Promise<() => Promise<void>> {
    const path = `${functions}/${this.#arns[task]}/configuration`;
    const { Environment } = (await call(this.#endpoint, 'GET', path)) as FunctionConfiguration;
    await call(this.#endpoint, 'PUT', path, { Environment: { Variables: { ...Environment?.Variables, DRILL_SUITE: 'spoilt' } } });
    return async () => {
      await call(this.#endpoint, 'PUT', path, { Environment });
    };
  }

  #execution(run: string): string {
    return `${this.#machine.replace(':stateMachine:', ':execution:')}:${run}`;
  }
}

interface Machine {
  States: { [state: string]: { Resource?: string; Branches?: Machine[] } };
}

function resourcesByState(machine: unknown): { [state: string]: string } {
  const found: { [state: string]: string } = {};
  for (const [name, { Resource, Branches }] of Object.entries((machine as Machine).States)) {
    if (Resource !== undefined) found[name] = Resource;
    for (const branch of Branches ?? []) Object.assign(found, resourcesByState(branch));
  }
  return found;
}

async function call(endpoint: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(endpoint + path, {
    method,
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: got ${answer.status} ${await answer.text()}`);
  return answer.json();
}
