import type { Clock } from '../../../core/clock.ts';
import type { RunRow } from '../../tools.ts';
import { runCommand } from './commands.ts';
import { type Fault, type FaultParts, faultsOf } from './fault.ts';

export interface UndoParts extends FaultParts {
  clock: Clock;
  /** Deletes the snapshot of an Automation. */
  forget(automation: string): Promise<void>;
}

const within_ms = 100_000;

/** Brings the members back that a row's steps took down, and deletes their snapshot; throws while that cannot be said of all. */
export async function undone(parts: UndoParts, row: Pick<RunRow, 'steps'>): Promise<void> {
  for (const fault of await faultsOf(parts, row)) {
    if (!fault.over) throw new Error(`automation ${fault.automation}: got one that may still act, wanted its end; wait for it`);
    await bringBack(parts, fault);
    await parts.forget(fault.automation);
  }
}

/** All members start with the same data: what was restored once any may have started with it, else what was moved aside. */
async function bringBack({ ssm, clock, target }: UndoParts, fault: Fault): Promise<void> {
  const answers = await runCommand(ssm, clock, {
    document: target.documents.undo,
    instances: target.members.map(({ instance }) => instance),
    parameters: { with: fault.begun('Start') ? 'new' : 'old' },
    within_ms,
  });
  const left = answers.filter(({ status }) => status !== 'Success').map(({ instance, status, why }) => `${instance} ${status}: ${why}`);
  if (left.length > 0) throw new Error(`members of ${target.name}: got not all of them back (${left.join('; ')}), wanted every one`);
}
