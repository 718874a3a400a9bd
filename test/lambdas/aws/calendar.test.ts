import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, test } from 'vitest';
import { changeCalendar } from '../../../lambdas/aws/calendar.ts';
import type { SafetyLever } from '../../../lambdas/aws/safety-lever.ts';
import type { Calendar } from '../../../lambdas/tools.ts';
import { calendarConformance } from '../tools-conformance.ts';
import { type Answer, type Call, loopbackApi } from './loopback-api.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

const [from, to] = [1_800_000_000_000, 1_800_003_600_000];
const free: SafetyLever = { status: 'disengaged', reason: '' };

async function calendar(answer: Answer | ((call: Call) => Answer), names = ['freeze'], lever = async () => free) {
  const api = await loopbackApi(typeof answer === 'function' ? answer : () => answer);
  open = api;
  return { calls: api.calls, calendar: changeCalendar(new SSMClient(api.client), names, lever) as Calendar };
}

calendarConformance('SSM', {
  open: async () => (await calendar({ body: { State: 'OPEN' } })).calendar,
  closed: async () => (await calendar({ body: { State: 'CLOSED', NextTransitionTime: '2027-01-16T00:00:00Z' } })).calendar,
  unreadable: async () => (await calendar({ error: 'InvalidDocument' })).calendar,
});

describe('SSM', () => {
  test.each([
    ['2027-01-15T09:00:00Z', true],
    ['2027-01-15T08:59:59Z', false],
    ['2027-01-15T09:00:01Z', true],
  ])('that closes at %s while the drill must end by 09:00: open %s', async (NextTransitionTime, wanted) => {
    const { calendar: it } = await calendar({ body: { State: 'OPEN', NextTransitionTime } });
    const answer = await it.open(Date.parse('2027-01-15T08:00:00Z'), Date.parse('2027-01-15T08:59:59.500Z'));
    expect(answer.open).toBe(wanted);
  });

  test.each<[string, object]>([
    ['a state that nobody knows', { State: 'AJAR' }],
    ['no state', {}],
    ['a transition that is no time', { State: 'OPEN', NextTransitionTime: 'soon' }],
  ])('%s is unreadable', async (_, body) => {
    const { calendar: it } = await calendar({ body });
    await expect(it.open(from, to)).rejects.toThrow(/calendar freeze: got/);
  });

  test('one closed calendar of several closes, and is named', async () => {
    const { calendar: it, calls } = await calendar(
      ({ body }) => ({ body: { State: (body.CalendarNames as string[])[0] === 'sale' ? 'CLOSED' : 'OPEN' } }),
      ['freeze', 'sale', 'third'],
    );
    expect(await it.open(from, to)).toEqual({ open: false, why: 'sale is closed' });
    expect(calls.map(({ body }) => body)).toEqual([
      { CalendarNames: ['freeze'], AtTime: '2027-01-15T08:00:00.000Z' },
      { CalendarNames: ['sale'], AtTime: '2027-01-15T08:00:00.000Z' },
    ]);
  });

  test('without calendars nothing is asked and all time is open', async () => {
    const { calendar: it, calls } = await calendar({ error: 'InvalidDocument' }, []);
    expect(await it.open(from, to)).toMatchObject({ open: true });
    expect(calls).toEqual([]);
  });
});

describe('the safety lever', () => {
  test.each(['engaged', 'engaging', 'jammed'])('%s closes whatever the calendars say', async (status) => {
    const { calendar: it } = await calendar({ body: { State: 'OPEN' } }, ['freeze'], async () => ({ status, reason: 'incident 7' }));
    expect(await it.open(from, to)).toEqual({ open: false, why: `the safety lever of the account is ${status}: incident 7` });
  });

  test('that cannot be read is thrown', async () => {
    const { calendar: it } = await calendar({ body: { State: 'OPEN' } }, [], () => Promise.reject(new Error('AccessDenied')));
    await expect(it.open(from, to)).rejects.toThrow('AccessDenied');
  });
});
