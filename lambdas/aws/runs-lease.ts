import type { AttributeValue, Put, Update } from '@aws-sdk/client-dynamodb';
import { isOver } from '../row.ts';
import type { Lease, NewRun, RunRow, Step } from '../tools.ts';
import { at, type Item, number, text } from './dynamodb-items.ts';
import { announcementOf } from './msk/announcement.ts';

/**
 * What a change of the row means for the lease, which is all that an Automation reads. `announce` puts phase, step, token,
 * victim onto it; the Automation alone turns `injecting` into `injected`, once; `withdraw` takes an announcement back.
 */
export type LeaseMove = { kind: 'announce'; step: Step } | { kind: 'withdraw' } | { kind: 'end'; to: 'free' | 'quarantined'; why: string };

/** The move that goes with this change of a row, or null when the lease says enough. */
export function moveBetween(before: RunRow, next: RunRow): LeaseMove | null {
  if (isOver(next)) return isOver(before) ? null : { kind: 'withdraw' };
  const [old, step] = [before.steps.at(-1), next.steps.at(-1)];
  if (next.phase !== 'injecting' || step === undefined) return null;
  const same = before.phase === 'injecting' && old?.token === step.token && victimText(old) === victimText(step);
  return same ? null : { kind: 'announce', step };
}

/** The victim by its name, several as a JSON list. */
function victimText({ victims }: Step): string {
  const [only] = victims;
  return victims.length === 1 && only !== undefined ? only : JSON.stringify(victims);
}

/** The lease's part of the transaction; it holds only while the run's own fence does. */
export function leaseUpdate(TableName: string, row: RunRow, move: LeaseMove): Update {
  const own = '#state = :held AND #run = :run AND #fence = :fence';
  const mine = { ':held': text('held'), ':run': text(row.run), ':fence': number(row.fence) };
  const base = { TableName, Key: at.lease(row.store) };
  switch (move.kind) {
    case 'announce':
      return announcement(base, own, mine, row, move.step);
    case 'withdraw':
      return {
        ...base,
        UpdateExpression: 'SET #phase = :phase',
        ConditionExpression: own,
        ExpressionAttributeNames: names('state', 'run', 'fence', 'phase'),
        ExpressionAttributeValues: { ...mine, ':phase': text('over') },
      };
    case 'end':
      return {
        ...base,
        UpdateExpression: `SET #state = :to, #why = :why, #phase = :phase${move.to === 'free' ? ' REMOVE #run' : ''}`,
        ConditionExpression: own,
        ExpressionAttributeNames: names('state', 'run', 'fence', 'phase', 'why'),
        ExpressionAttributeValues: { ...mine, ':to': text(move.to), ':why': text(move.why), ':phase': text('over') },
      };
    default:
      return move satisfies never;
  }
}

function announcement(base: Pick<Update, 'TableName' | 'Key'>, own: string, mine: Item, row: RunRow, step: Step): Update {
  const victim = victimText(step);
  const { victim_id, expires_text } = announcementOf(victim, row.expires_at);
  const announced = ['phase', 'step', 'token', 'victim', 'expires_text'];
  const set = announced.map((each) => `#${each} = :${each}`).join(', ');
  return {
    ...base,
    UpdateExpression: `SET ${set}${victim_id === null ? ' REMOVE #victim_id' : ', #victim_id = :victim_id'}`,
    // A step whose fault is in must not be announced again, or it would be injected twice.
    ConditionExpression: `${own} AND (attribute_not_exists(#token) OR #token <> :token OR #phase = :phase)`,
    ExpressionAttributeNames: names('state', 'run', 'fence', ...announced, 'victim_id'),
    ExpressionAttributeValues: {
      ...mine,
      ':phase': text('injecting'),
      ':step': number(step.step),
      ':token': text(step.token),
      ':victim': text(victim),
      ':expires_text': text(expires_text),
      ...(victim_id !== null && { ':victim_id': text(victim_id) }),
    },
  };
}

/** The lease of a run that has just claimed its store, if it still is what the claimer saw. */
export function leasePut(TableName: string, run: NewRun, fence: number, seen: Lease | undefined): Put {
  const Item: Item = {
    ...at.lease(run.store),
    state: text('held'),
    run: text(run.run),
    fence: number(fence),
    expires_at: number(run.expires_at),
    why: text(`claimed by ${run.run}`),
    phase: text('claimed'),
  };
  if (seen === undefined) return { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' };
  const values: { [name: string]: AttributeValue } = { ':state': text(seen.state), ':fence': number(seen.fence) };
  const held = seen.state === 'held';
  return {
    TableName,
    Item,
    // The expiry is compared here and not before, and never left to the table's own expiry, which may take days.
    ConditionExpression: `#state = :state AND #fence = :fence${held ? ' AND #expires_at <= :now' : ''}`,
    ExpressionAttributeNames: names('state', 'fence', ...(held ? ['expires_at'] : [])),
    ExpressionAttributeValues: held ? { ...values, ':now': number(run.claimed_at) } : values,
  };
}

/** Placeholders for attribute names, many of which DynamoDB reserves. */
export function names(...attributes: string[]): { [placeholder: string]: string } {
  return Object.fromEntries(attributes.map((each) => [`#${each}`, each]));
}
