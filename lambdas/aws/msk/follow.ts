import type { KafkaClient } from '@aws-sdk/client-kafka';
import type { Event } from '../../../core/record.ts';
import { standing } from '../../experiments.ts';
import type { Experiment, RunRow } from '../../tools.ts';
import { type Operation, operationOf } from './operation.ts';
import type { Receipts } from './receipts.ts';

/**
 * The experiment until the restart itself is over. Its Automation ends as soon as MSK accepted the restart, which goes on for
 * minutes; so it runs on while the operation does, its action lasts as long as that, and its target is the broker of the receipt.
 * Without a receipt it stays as it is, and hit nobody.
 */
export async function followed(kafka: KafkaClient, receipts: Receipts, experiment: Experiment, token: string): Promise<Experiment> {
  const receipt = await receipts(token);
  if (receipt === null) return experiment;
  const hit = { ...experiment, actions: experiment.actions.map((action) => ({ ...action, targets: [receipt.victim] })) };
  // What was stopped or failed stays so, whatever MSK does with what it had accepted.
  if (standing(experiment.status) !== 'completed') return hit;
  return withOperation(hit, await operationOf(kafka, receipt.operation));
}

function withOperation(experiment: Experiment, operation: Operation): Experiment {
  const { start_at, end_at } = operation;
  const status = { live: 'running', completed: 'completed', failed: 'failed', unknown: 'unknown' }[operation.standing];
  const reason = `MSK's operation ${operation.type} is ${operation.state}${operation.error === '' ? '' : `: ${operation.error}`}`;
  return {
    ...experiment,
    status,
    reason,
    end_at,
    actions: experiment.actions.map((action) => ({ ...action, status, start_at: start_at ?? action.start_at, end_at })),
  };
}

/**
 * The window of each step's restart, from MSK. When the broker's process stopped inside it is told by nobody, so the loss stands
 * at its beginning and only where MSK says that the restart is complete.
 */
export async function restartEvents(kafka: KafkaClient, receipts: Receipts, row: Pick<RunRow, 'steps'>): Promise<Event[]> {
  const perStep = await Promise.all(
    row.steps.map(async ({ token }) => {
      const receipt = await receipts(token);
      return receipt === null ? [] : eventsOf(await operationOf(kafka, receipt.operation), receipt.victim);
    }),
  );
  return perStep.flat().sort((a, b) => a.at - b.at);
}

function eventsOf({ type, state, standing: how, start_at, end_at, arn }: Operation, who: string): Event[] {
  const began: Event[] = start_at === null ? [] : [{ at: start_at, what: 'fault-started', who, text: `MSK began ${type} (${arn})` }];
  if (how !== 'completed' || start_at === null || end_at === null) return began;
  return [
    ...began,
    { at: start_at, what: 'member-lost', who, text: 'restarted by MSK some time from here until it was back; when exactly is not told' },
    { at: end_at, what: 'member-back', who, text: `MSK ended ${type} as ${state}` },
  ];
}
