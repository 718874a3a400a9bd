import { GetCalendarStateCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Calendar } from '../tools.ts';
import type { SafetyLever } from './safety-lever.ts';

/**
 * SSM change calendars, all of which must be open for the whole time, and the account's safety lever, which must not be
 * pulled: with it every experiment would only be cancelled. Without calendars the lever alone decides.
 */
export function changeCalendar(ssm: SSMClient, calendars: string[], lever: () => Promise<SafetyLever>): Calendar {
  return {
    open: async (from, to) => {
      const { status, reason } = await lever();
      if (status !== 'disengaged')
        return { open: false, why: `the safety lever of the account is ${status}: ${reason || 'no reason given'}` };
      for (const name of calendars) {
        const why = await closedBecause(ssm, name, from, to);
        if (why !== null) return { open: false, why };
      }
      return { open: true, why: calendars.length === 0 ? 'no calendar is configured' : `${calendars.join(', ')} stay open` };
    },
  };
}

/** Why one calendar is not open for all of this time, or null. Asked one by one, so that the answer names the one that closes. */
async function closedBecause(ssm: SSMClient, name: string, from: number, to: number): Promise<string | null> {
  const AtTime = new Date(from).toISOString();
  const { State, NextTransitionTime } = await ssm.send(new GetCalendarStateCommand({ CalendarNames: [name], AtTime }));
  if (State === 'CLOSED') return `${name} is closed${NextTransitionTime === undefined ? '' : ` until ${NextTransitionTime}`}`;
  if (State !== 'OPEN') throw new Error(`calendar ${name}: got state ${State ?? 'none'}, wanted OPEN or CLOSED`);
  if (NextTransitionTime === undefined) return null;
  const closes_at = Date.parse(NextTransitionTime);
  if (Number.isNaN(closes_at)) throw new Error(`calendar ${name}: got next transition ${NextTransitionTime}, wanted a time`);
  return closes_at > to ? null : `${name} closes at ${NextTransitionTime}, before the drill must be over`;
}
