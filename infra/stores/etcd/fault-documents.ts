import { automationDocument, type LeaseOrder, leaveTheReceipt, onwards, takeTheVictim } from '../../lease-steps.ts';
import type { Phase } from './command-documents.ts';

/** What an Automation on the members of a target is told. */
export interface FaultOrder extends LeaseOrder {
  roleArn: string;
  /** Name of the command document that its steps run. */
  command: string;
  instances: string[];
}

/** Longest times of the Automations, for FIS: more than all of their steps together. */
export const kill_limit = 'PT5M';
export const restore_limit = 'PT45M';

/** The step that takes members down in either Automation; what came of it is read from its command. */
export const lossStep = 'Lose';
/** From the beginning of this step on, the members start with restored data. */
export const startStep = 'Start';

/** Kills the one member that the lease names: the command goes to all of them, and acts on that one. */
export function killLeader(order: FaultOrder): object {
  return automationDocument(
    order.roleArn,
    'Kills the member of etcd that a running drill has announced in its lease, and nobody without an announcement.',
    [
      takeTheVictim(order, { attribute: 'victim' }, 'LeaveTheReceipt'),
      // Before anything is broken: whoever heals finds this execution by the step's token.
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
  return automationDocument(
    order.roleArn,
    'Restores every scratch member of etcd from a snapshot, if a running drill has announced all of them in its lease.',
    [
      takeTheVictim(order, { attribute: 'victim', equals: order.victims }, 'LeaveTheReceipt'),
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
    ...onwards(next),
  };
}
