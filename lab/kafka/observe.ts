import { apiVersionsV4, ConfigResourceTypes, describeConfigsV4 } from '@platformatic/kafka';
import { brokerName, type KafkaTopology, type Member } from '../../core/topology.ts';
import type { KafkaServer } from './server.ts';
import { type Metadata, metadata, type Quorum, quorum, type Wire } from './wire.ts';

/** A follower fetches twice a second; one silent this long is out of the quorum, as its leader's own fetch timeout has it. */
const follower_silence_ms = 2_000n;

export interface Observed {
  wire: Wire;
  brokers: KafkaServer[];
  controllers: KafkaServer[];
  topic: string;
  at: number;
}

/** The topology as the cluster itself tells it; throws when no broker answers, or the quorum has no leader. */
export async function observe({ wire, brokers, controllers, topic, at }: Observed): Promise<KafkaTopology> {
  const ports = up(brokers);
  const [seen, voters, topicConfig, features] = await Promise.all([
    wire.askAny(ports, metadata([topic])),
    wire.askAny(ports, quorum),
    wire.askAny(ports, configs(ConfigResourceTypes.TOPIC, topic)),
    wire.askAny(ports, (connection) => apiVersionsV4.api.async(connection, 'quorum-drill', '1')),
  ]);
  const alive = brokers.find(({ node, isUp }) => isUp && seen.brokers.some(({ nodeId }) => nodeId === node.id));
  if (!alive) throw new Error('no broker is registered');
  const brokerConfig = await wire.ask(alive.port, configs(ConfigResourceTypes.BROKER, String(alive.node.id)));
  return {
    store: 'msk',
    observed_at: at,
    members: [...brokerMembers(brokers, seen), ...controllerMembers(controllers, voters)],
    topic,
    partitions: partitionsOf(seen, topic),
    min_isr: Number(topicConfig('min.insync.replicas')),
    unclean_election: topicConfig('unclean.leader.election.enable') === 'true',
    active_controller: voters.leaderId < 0 ? null : `controller-${voters.leaderId}`,
    session_timeout_ms: Number(brokerConfig('broker.session.timeout.ms')),
    heartbeat_ms: Number(brokerConfig('broker.heartbeat.interval.ms')),
    lag_time_ms: Number(brokerConfig('replica.lag.time.max.ms')),
    elr:
      features.finalizedFeatures?.some(
        ({ name, maxVersionLevel }) => name === 'eligible.leader.replicas.version' && maxVersionLevel > 0,
      ) === true,
  };
}

/** Ports of those that can answer. */
export function up(servers: KafkaServer[]): number[] {
  return servers.filter(({ isUp }) => isUp).map(({ port }) => port);
}

export function partitionsOf(seen: Metadata, topic: string): KafkaTopology['partitions'] {
  const found = seen.topics.find(({ name }) => name === topic);
  return (found?.partitions ?? [])
    .map(({ partitionIndex, leaderId, leaderEpoch, replicaNodes, isrNodes }) => ({
      partition: partitionIndex,
      leader: leaderId < 0 ? null : leaderId,
      leader_epoch: leaderEpoch,
      replicas: replicaNodes,
      isr: isrNodes,
    }))
    .sort((a, b) => a.partition - b.partition);
}

function brokerMembers(brokers: KafkaServer[], seen: Metadata): Member[] {
  return brokers.map(({ node }) => {
    const registered = seen.brokers.find(({ nodeId }) => nodeId === node.id);
    return { name: brokerName(node.id), zone: registered?.rack ?? node.zone, role: 'broker', healthy: registered !== undefined };
  });
}

/** A voter is named as its quorum knows it, whether or not the lab started it. */
function controllerMembers(controllers: KafkaServer[], { leaderId, currentVoters }: Quorum): Member[] {
  const now = currentVoters.find(({ replicaId }) => replicaId === leaderId)?.lastFetchTimestamp ?? 0n;
  return currentVoters
    .map(({ replicaId, lastFetchTimestamp }): Member => {
      const zone = controllers.find(({ node }) => node.id === replicaId)?.node.zone ?? 'unknown';
      const healthy = replicaId === leaderId || (lastFetchTimestamp > 0n && now - lastFetchTimestamp < follower_silence_ms);
      return { name: `controller-${replicaId}`, zone, role: 'controller', healthy };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Settings of one topic or broker, by name; a missing one is an error. */
function configs(resourceType: typeof ConfigResourceTypes.TOPIC | typeof ConfigResourceTypes.BROKER, resourceName: string) {
  return async (connection: Parameters<typeof describeConfigsV4.api.async>[0]) => {
    const { results } = await describeConfigsV4.api.async(
      connection,
      [{ resourceType, resourceName, configurationKeys: null }],
      false,
      false,
    );
    return (name: string): string => {
      const value = results[0]?.configs.find((one) => one.name === name)?.value;
      if (value === undefined || value === null) throw new Error(`${resourceName} says nothing of ${name}`);
      return value;
    };
  };
}
