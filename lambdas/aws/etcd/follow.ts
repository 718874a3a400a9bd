import type { Event } from '../../../core/record.ts';
import type { Experiment, RunRow } from '../../tools.ts';
import { numberIn } from './commands.ts';
import { type Done, type Fault, type FaultParts, faultOf, faultsOf } from './fault.ts';

/** The experiment with the members that it really took down, as their hosts say; without a receipt it hit nobody. */
export async function followed(parts: FaultParts, experiment: Experiment, token: string): Promise<Experiment> {
  const fault = await faultOf(parts, token);
  if (fault === null) return experiment;
  const hit = (await fault.of('Lose')).flatMap(({ lines }) => lines.hit ?? []);
  return { ...experiment, actions: experiment.actions.map((action) => ({ ...action, targets: hit })) };
}

/** What happened, by the clocks of the members' hosts, oldest first. */
export async function faultEvents(parts: FaultParts, row: Pick<RunRow, 'steps'>): Promise<Event[]> {
  const faults = await faultsOf(parts, row);
  return (await Promise.all(faults.map(eventsOf))).flat().sort((a, b) => a.at - b.at);
}

async function eventsOf(fault: Fault): Promise<Event[]> {
  const [lost, restored, started] = await Promise.all([fault.of('Lose'), fault.of('Restore'), fault.of('Start')]);
  return [...lossEvents(lost), ...returnEvents(restored, started)];
}

/** The loss is confirmed only where every host that began it says that no process is left. */
function lossEvents(lost: Done[]): Event[] {
  const begun = timesIn(lost, 'from_ms');
  const gone = timesIn(lost, 'gone_ms');
  const who = names(begun);
  if (begun.length === 0) return [];
  return [
    { at: Math.min(...begun.map(({ at }) => at)), what: 'fault-started', who, text: `${who} killed, and kept from starting again` },
    ...gone.map(({ at, member }): Event => ({ at, what: 'member-lost', who: member, text: `no process of ${member} is left` })),
    ...(gone.length < begun.length
      ? []
      : [{ at: Math.max(...gone.map(({ at }) => at)), what: 'fault-confirmed' as const, who, text: 'no process of theirs is left' }]),
  ];
}

function returnEvents(restored: Done[], started: Done[]): Event[] {
  const begun = timesIn(restored, 'began_ms');
  const back = timesIn(started, 'healthy_ms').map(
    ({ at, member }): Event => ({ at, what: 'member-back', who: member, text: `${member} is a voter of the restored cluster` }),
  );
  if (begun.length === 0) return back;
  return [
    { at: Math.min(...begun.map(({ at }) => at)), what: 'fault-ended', who: names(begun), text: 'restored from the snapshot' },
    ...back,
  ];
}

function timesIn(done: Done[], name: string): { member: string; at: number }[] {
  return done.flatMap(({ member, lines }) => {
    const at = numberIn(lines, name);
    return at === null ? [] : [{ member, at }];
  });
}

function names(of: { member: string }[]): string {
  return of.map(({ member }) => member).join(', ');
}
