import { DescribeConfigurationRevisionCommand, type KafkaClient } from '@aws-sdk/client-kafka';
import type { KafkaTopology } from '../../../core/topology.ts';
import type { ProvisionedCluster } from './cluster.ts';

type Properties = { [name: string]: string };

/** Settings of the topic and its cluster from which admission and expectation are computed. */
export type TopicSettings = Pick<
  KafkaTopology,
  'min_isr' | 'unclean_election' | 'session_timeout_ms' | 'heartbeat_ms' | 'lag_time_ms' | 'elr'
>;

/** `server.properties` as text: `name = value` lines, `#` before a comment. */
export function propertiesOf(text: string): Properties {
  const lines = text.split(/\r?\n/).map((line) => /^\s*([^#!\s=:][^\s=:]*)\s*[=:]\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((found) => (found === null ? [] : [[found[1] ?? '', found[2] ?? '']])));
}

/** Properties of the cluster's configuration; none where it runs with MSK's own. */
export async function configurationOf(kafka: KafkaClient, { configuration }: ProvisionedCluster): Promise<Properties> {
  if (configuration === null) return {};
  const { arn: Arn, revision: Revision } = configuration;
  const { ServerProperties } = await kafka.send(new DescribeConfigurationRevisionCommand({ Arn, Revision }));
  return propertiesOf(Buffer.from(ServerProperties ?? new Uint8Array()).toString('utf8'));
}

/**
 * The topic's own setting first, then the cluster's configuration, then MSK's default. Of defaults that differ between versions
 * the weaker is assumed, so that doubt refuses.
 */
export function settingsOf(cluster: ProvisionedCluster, topic: Properties, configuration: Properties): TopicSettings {
  const set = (name: string) => topic[name] ?? configuration[name];
  const unclean = set('unclean.leader.election.enable');
  return {
    min_isr: whole('min.insync.replicas', set('min.insync.replicas'), cluster.express || cluster.zones >= 3 ? 2 : 1),
    // MSK's own configuration turns it on, but not with tiered storage; Express brokers never have it.
    unclean_election: unclean === undefined ? !cluster.express && !cluster.tiered : unclean.toLowerCase() !== 'false',
    lag_time_ms: whole('replica.lag.time.max.ms', configuration['replica.lag.time.max.ms'], 30_000),
    ...sessionOf(cluster, configuration),
    // MSK tells nothing of it, and nothing that is promised rests on it.
    elr: false,
  };
}

/** How a dead broker is noticed. A client of ZooKeeper pings three times in a session. */
function sessionOf({ kraft }: ProvisionedCluster, configuration: Properties): Pick<TopicSettings, 'session_timeout_ms' | 'heartbeat_ms'> {
  if (kraft)
    return {
      session_timeout_ms: whole('broker.session.timeout.ms', configuration['broker.session.timeout.ms'], 9_000),
      heartbeat_ms: whole('broker.heartbeat.interval.ms', configuration['broker.heartbeat.interval.ms'], 2_000),
    };
  const session_timeout_ms = whole('zookeeper.session.timeout.ms', configuration['zookeeper.session.timeout.ms'], 18_000);
  return { session_timeout_ms, heartbeat_ms: session_timeout_ms / 3 };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0) return value;
  throw new Error(`${name}: got ${JSON.stringify(text)}, wanted a whole number; mend the configuration`);
}
