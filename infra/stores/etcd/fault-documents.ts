import type { Phase } from './command-documents.ts';

/** What an Automation on the members of a target is told. */
export interface FaultOrder {
  /** Key of the lease. */
  store: string;
  table: string;
  roleArn: string;
  /** Name of the command document that its steps run. */
  command: string;
  instances: string[];
}

/** Seconds that one call may take at most, which is Systems Manager's own limit. */
const call_s = 25;

/** Longest times of the Automations, for FIS: more than all of their steps together. */
export const kill_limit = 'PT5M';
export const restore_limit = 'PT45M';

/** The step that takes members down in either Automation; what came of it is read from its command. */
export const lossStep = 'Lose';
/** From the beginning of this step on, the members start with restored data. */
export const startStep = 'Start';

/** Kills the one member that the lease names: the command goes to all of them, and acts on that one. */
export function killLeader(order: FaultOrder): object {
  return automation(
    order,
    'Kills the member of etcd that a running drill has announced in its lease, and nobody without an announcement.',
    [
      takeTheVictim(order, null),
      leaveTheReceipt(order, lossStep),
      run(order, { name: lossStep, next: null, parameters: { victim: ['{{ TakeTheVictim.victim }}'] }, limit_s: 150 }),
    ],
  );
}

/** What the restore is told besides. */
export interface RestoreOrder extends FaultOrder {
  /** Names of all members, as a lease that announces all of them has them. */
  victims: string;
  /** Seconds that writes go on after the snapshot was saved. */
  write_s: number;
}

/**
 * Saves a snapshot on the first instance and proves on every one that it restores; then only takes all members down, moves their
 * data aside, restores and starts them, and compares. Whatever fails before the loss ends in Clean; what fails after it is brought
 * back by the drill's healing, which still finds the old data.
 */
export function restoreAll(order: RestoreOrder): object {
  const phase = (name: string, does: Phase, limit_s: number, to = order.instances): Omit<RunStep, 'next'> => ({
    name,
    parameters: { phase: [does], token: ['{{ automation:EXECUTION_ID }}'] },
    limit_s,
    to,
  });
  const before = { onFailure: 'step:Clean' };
  return automation(
    order,
    'Restores every scratch member of etcd from a snapshot, if a running drill has announced all of them in its lease.',
    [
      takeTheVictim(order, order.victims),
      leaveTheReceipt(order, 'Save'),
      run(order, { ...phase('Save', 'save', 400, order.instances.slice(0, 1)), next: 'Prove', ...before }),
      run(order, { ...phase('Prove', 'prove', 400), next: 'KeepWriting', ...before }),
      { name: 'KeepWriting', action: 'aws:sleep', inputs: { Duration: `PT${Math.ceil(order.write_s)}S` }, nextStep: lossStep },
      run(order, { ...phase(lossStep, 'lose', 150), next: 'Restore' }),
      run(order, { ...phase('Restore', 'restore', 400), next: startStep }),
      run(order, { ...phase(startStep, 'start', 500), next: 'Verify' }),
      run(order, { ...phase('Verify', 'verify', 400), next: 'Clean' }),
      run(order, { ...phase('Clean', 'clean', 150), next: null }),
    ],
  );
}

function automation({ roleArn }: FaultOrder, description: string, mainSteps: object[]): object {
  return { schemaVersion: '0.3', description, assumeRole: roleArn, mainSteps };
}

/** A conditional write of the lease: it lets one Automation through for each announcement, and none that was withdrawn; with `victims` only if these were announced. */
function takeTheVictim({ store, table }: FaultOrder, victims: string | null): object {
  const condition = '#state = :held AND #phase = :injecting AND #expires_text > :now';
  return call('TakeTheVictim', 'LeaveTheReceipt', {
    inputs: {
      Service: 'dynamodb',
      Api: 'UpdateItem',
      TableName: table,
      Key: { pk: { S: `STORE#${store}` }, sk: { S: 'LEASE' } },
      UpdateExpression: 'SET #phase = :injected',
      ConditionExpression: `${condition} AND ${victims === null ? 'attribute_exists(#victim)' : '#victim = :victims'}`,
      ExpressionAttributeNames: { '#state': 'state', '#phase': 'phase', '#expires_text': 'expires_text', '#victim': 'victim' },
      ExpressionAttributeValues: {
        ':held': { S: 'held' },
        ':injecting': { S: 'injecting' },
        ':injected': { S: 'injected' },
        ':now': { S: '{{ global:DATE_TIME }}' },
        ...(victims !== null && { ':victims': { S: victims } }),
      },
      ReturnValues: 'ALL_NEW',
    },
    outputs: ['victim', 'token', 'run'].map((Name) => ({ Name, Selector: `$.Attributes.${Name}.S`, Type: 'String' })),
  });
}

/** Written before anything is broken: whoever heals finds this execution by the step's token. */
function leaveTheReceipt({ table }: FaultOrder, next: string): object {
  return call('LeaveTheReceipt', next, {
    inputs: {
      Service: 'dynamodb',
      Api: 'PutItem',
      TableName: table,
      Item: {
        pk: { S: 'HIT#{{ TakeTheVictim.token }}' },
        sk: { S: 'HIT' },
        run: { S: '{{ TakeTheVictim.run }}' },
        automation: { S: '{{ automation:EXECUTION_ID }}' },
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
}

/** Nothing is tried again: a second try would find its own write and end there. */
function call(name: string, nextStep: string, body: object): object {
  return { name, action: 'aws:executeAwsApi', timeoutSeconds: call_s, maxAttempts: 1, onFailure: 'Abort', ...body, nextStep };
}

interface RunStep {
  name: string;
  next: string | null;
  parameters: { [name: string]: string[] };
  limit_s: number;
  to?: string[];
  onFailure?: string;
}

/** A command on instances; one that fails anywhere fails the step. */
function run(
  { command, instances }: FaultOrder,
  { name, next, parameters, limit_s, to = instances, onFailure = 'Abort' }: RunStep,
): object {
  return {
    name,
    action: 'aws:runCommand',
    timeoutSeconds: limit_s,
    maxAttempts: 1,
    onFailure,
    inputs: { DocumentName: command, DocumentVersion: '1', InstanceIds: to, Parameters: parameters, TimeoutSeconds: 30, MaxErrors: '0' },
    ...(next === null ? { isEnd: true } : { nextStep: next }),
  };
}
