import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import type { AuroraTopology, CommitRule, ControllerSettings, KafkaTopology, ObservedTopology } from '../../core/topology.ts';
import { html, type Markup, section, table } from '../markup.ts';
import { count, missing, offset, setting, utc } from '../phrases.ts';
import { zeroOf } from '../reading.ts';
import { etcdFacts } from './etcd.ts';

/** What was declared beside what was really there. */
export function topologySection({ topology }: Report): Markup {
  const { observed, declared, differences } = topology;
  return section(
    'topology',
    'Topology',
    html`<div class="pair"><div><h3>Declared</h3><ul>${declared.map((text) => html`<li>${text}</li>`)}</ul></div>
<div><h3>Observed</h3>${observed ? html`<ul>${factsOf(observed).map((text) => html`<li>${text}</li>`)}</ul>` : html`<p>It could not be read.</p>`}</div></div>`,
    html`<h3>Differences</h3>${differences.length === 0 ? html`<p>${observed ? 'None: what was there is what the drill declares.' : 'Unknown, since nothing was observed.'}</p>` : html`<ul class="bad">${differences.map((text) => html`<li>${text}</li>`)}</ul>`}`,
    observed &&
      table(
        'Members as seen at preflight',
        ['Member', 'Zone', 'Role', 'Healthy'],
        observed.members.map(({ name, zone, role, healthy }) => [
          name,
          zone,
          role,
          healthy ? '✓ yes' : html`<span class="bad">✗ no</span>`,
        ]),
        60,
      ),
    observed?.store === 'aurora' && observed.controller && controllerTable(observed.controller),
    observed?.store === 'msk' && partitionTable(observed),
  );
}

function factsOf(observed: ObservedTopology): string[] {
  if (observed.store === 'etcd') return etcdFacts(observed);
  return observed.store === 'aurora' ? facts(observed) : kafkaFacts(observed);
}

function facts(observed: AuroraTopology): string[] {
  const zones = new Set(observed.members.map((member) => member.zone)).size;
  return [
    `${count(observed.members.length)} ${observed.members.length === 1 ? 'copy' : 'copies'} in ${count(zones)} ${zones === 1 ? 'zone' : 'zones'}, ${count(observed.members.filter((member) => member.healthy).length)} healthy`,
    `writes need ${count(observed.write_quorum)}, a recovery needs ${count(observed.read_quorum)}`,
    commitWords(observed.commit),
    observed.controller ? `failover by ${observed.controller.name}` : 'nothing published promotes automatically',
    observed.link_delay_ms > 0 ? `links delayed by ${setting(observed.link_delay_ms)} each way` : 'links not delayed',
  ];
}

function kafkaFacts(observed: KafkaTopology): string[] {
  const brokers = observed.members.filter(({ role }) => role === 'broker');
  const voters = observed.members.filter(({ role }) => role === 'controller');
  const racks = new Set(brokers.map(({ zone }) => zone)).size;
  return [
    `${count(brokers.length)} brokers in ${count(racks)} ${racks === 1 ? 'rack' : 'racks'}, ${count(brokers.filter(({ healthy }) => healthy).length)} registered and not fenced`,
    voters.length === 0
      ? 'controllers cannot be seen'
      : `${count(voters.length)} controllers, active ${observed.active_controller ?? 'not known'}`,
    `topic ${observed.topic}, min ISR ${count(observed.min_isr)}, unclean election ${observed.unclean_election ? 'on' : 'off'}`,
    `a broker is fenced after ${setting(observed.session_timeout_ms)} without a heartbeat, one every ${setting(observed.heartbeat_ms)}`,
    `a follower leaves the ISR after ${setting(observed.lag_time_ms)}; eligible leader replicas ${observed.elr ? 'on' : 'off'}`,
  ];
}

function partitionTable({ partitions }: KafkaTopology): Markup {
  const rows = partitions.map(({ partition, leader, leader_epoch, replicas, isr }) => [
    `p${partition}`,
    leader === null ? html`<span class="bad">none</span>` : String(leader),
    String(leader_epoch),
    replicas.join(', '),
    isr.length < replicas.length ? html`<span class="bad">${isr.join(', ')}</span>` : isr.join(', '),
  ]);
  return table('Partitions as seen at preflight', ['Partition', 'Leader', 'Epoch', 'Replicas, preferred first', 'ISR'], rows, 60);
}

function commitWords(commit: CommitRule): string {
  if (commit.mode === 'quorum') return `commit waits for any ${count(commit.standbys)} of ${commit.of.join(', ')}`;
  return commit.mode === 'asynchronous'
    ? 'commit waits for no standby (asynchronous)'
    : 'commit is local: standbys are listed and not waited for';
}

function controllerTable(controller: ControllerSettings): Markup {
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

/** Where every byte of this page came from. */
export function provenanceSection(report: Report, record: Record): Markup {
  const { program, program_version, node, platform, settings } = record.provenance;
  const zero = zeroOf(record).at;
  const rows = [
    ['run', record.run],
    ['source', record.source],
    ['engine', `${record.engine.name} ${record.engine.version}`],
    ['started', utc(record.started_at)],
    ['ended', utc(record.ended_at)],
    ['outcome', report.outcome],
    ['healed', record.healed ? 'yes' : 'no'],
    ['clocks agree within', setting(record.probe.clock_uncertainty_ms)],
    ['program', `${program} ${program_version}`],
    ['node', node],
    ['platform', platform],
    ...Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const when = (at: number | null) => (at === null ? missing : offset(at - zero));
  return section(
    'provenance',
    'Provenance',
    html`<p>Graded from record.json alone: the same record always gives this same report.</p>`,
    table(
      'Experiments',
      ['Experiment', 'Step', 'Status', 'Start', 'End'],
      record.experiments.map((each) => [each.id, each.step, each.status, when(each.start_at), when(each.end_at)]),
    ),
    table('The run and what it ran on', ['What', 'Value'], rows, 80),
  );
}
