import type { AuroraTopology, CommitRule, ControllerSettings } from '../../core/topology.ts';
import { type Markup, table } from '../markup.ts';
import { count, setting } from '../phrases.ts';

/** What was seen of an Aurora cluster, or its stand-in, one fact a line. */
export function auroraFacts(observed: AuroraTopology): string[] {
  const { members, managed } = observed;
  const zones = new Set(members.map((member) => member.zone)).size;
  if (managed !== undefined)
    return [
      `${count(members.length)} ${members.length === 1 ? 'instance' : 'instances'} in ${count(zones)} ${zones === 1 ? 'zone' : 'zones'}, ${count(members.filter(({ healthy }) => healthy).length)} healthy`,
      `a storage that nobody outside sees: writes need ${count(observed.write_quorum)} of its copies, a recovery needs ${count(observed.read_quorum)}`,
      `failover by AWS, expected to take ${setting(managed.lasts_ms[0])} to ${setting(managed.lasts_ms[1])} (${managed.source})`,
    ];
  return [
    `${count(observed.members.length)} ${observed.members.length === 1 ? 'copy' : 'copies'} in ${count(zones)} ${zones === 1 ? 'zone' : 'zones'}, ${count(observed.members.filter((member) => member.healthy).length)} healthy`,
    `writes need ${count(observed.write_quorum)}, a recovery needs ${count(observed.read_quorum)}`,
    commitWords(observed.commit),
    observed.controller ? `failover by ${observed.controller.name}` : 'nothing published promotes automatically',
    observed.link_delay_ms > 0 ? `links delayed by ${setting(observed.link_delay_ms)} each way` : 'links not delayed',
  ];
}

function commitWords(commit: CommitRule): string {
  if (commit.mode === 'quorum') return `commit waits for any ${count(commit.standbys)} of ${commit.of.join(', ')}`;
  return commit.mode === 'asynchronous'
    ? 'commit waits for no standby (asynchronous)'
    : 'commit is local: standbys are listed and not waited for';
}

/** What recovery is expected from. */
export function controllerTable(controller: ControllerSettings): Markup {
  const bounds = ([lo, hi]: [number, number]) => `${setting(lo)} to ${setting(hi)}`;
  const rows = [
    ['polls every', setting(controller.poll_ms)],
    ['misses before the writer is lost', count(controller.misses)],
    ['a poll times out after', setting(controller.poll_timeout_ms)],
    ['detaches standbys', bounds(controller.detach_ms)],
    ['promotes', bounds(controller.promote_ms)],
    ['re-points the endpoint', bounds(controller.repoint_ms)],
    ['hands over', bounds(controller.handover_ms)],
    ['takes a copy back', bounds(controller.rejoin_ms)],
  ];
  return table(`Settings of ${controller.name}, from which recovery is expected`, ['Setting', 'Value'], rows);
}
