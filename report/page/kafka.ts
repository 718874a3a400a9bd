import type { KafkaTopology } from '../../core/topology.ts';
import { html, type Markup, table } from '../markup.ts';
import { count, many, setting } from '../phrases.ts';

/** What was seen of a Kafka cluster, one fact a line. */
export function kafkaFacts(observed: KafkaTopology): string[] {
  const brokers = observed.members.filter(({ role }) => role === 'broker');
  const voters = observed.members.filter(({ role }) => role === 'controller');
  const racks = new Set(brokers.map(({ zone }) => zone)).size;
  const factor = Math.min(...observed.partitions.map(({ replicas }) => replicas.length));
  return [
    `${many(brokers.length, 'broker')} in ${many(racks, 'rack')}, ${count(brokers.filter(({ healthy }) => healthy).length)} registered and not fenced`,
    voters.length === 0
      ? 'controllers cannot be seen'
      : `${many(voters.length, 'controller')}, active ${observed.active_controller ?? 'not known'}`,
    `topic ${observed.topic}, ${many(observed.partitions.length, 'partition')}, replication factor ${count(factor)}`,
    `min ISR ${count(observed.min_isr)}, unclean election ${observed.unclean_election ? 'on' : 'off'}`,
    `a broker is fenced after ${setting(observed.session_timeout_ms)} without a heartbeat, one every ${setting(observed.heartbeat_ms)}`,
    `a follower leaves the ISR after ${setting(observed.lag_time_ms)}; eligible leader replicas ${observed.elr ? 'on' : 'off'}`,
  ];
}

/** Leaders, replicas and ISR before anything was touched. */
export function partitionTable({ partitions }: KafkaTopology): Markup {
  const rows = partitions.map(({ partition, leader, leader_epoch, replicas, isr }) => [
    `p${partition}`,
    leader === null ? html`<span class="bad">none</span>` : String(leader),
    String(leader_epoch),
    replicas.join(', '),
    isr.length < replicas.length ? html`<span class="bad">${isr.join(', ')}</span>` : isr.join(', '),
  ]);
  return table('Partitions as seen at preflight', ['Partition', 'Leader', 'Epoch', 'Replicas, preferred first', 'ISR'], rows, 60);
}
