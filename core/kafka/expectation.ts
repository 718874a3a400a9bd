import type { KafkaDrill } from '../drill.ts';
import type { ExpectedClass } from '../expectation.ts';
import { add, type ExpectedStep } from '../expected-steps.ts';
import type { KafkaTopology, PartitionState } from '../topology.ts';
import { ms } from '../words.ts';
import { replicationFactor } from './described.ts';
import { classOf, isrAfter, type PartitionClass } from './partitions.ts';
import { brokersOf } from './victims.ts';

/** Bounds of what no setting tells, from the lab's own runs (docs/quorum.md, section 2). */
const controlled_ms: [number, number] = [0, 2_000];
const election_ms: [number, number] = [0, 500];
const refresh_ms: [number, number] = [0, 1_000];
/** From the start of a broker's process until it is in sync again. */
const broker_back_ms: [number, number] = [500, 30_000];

/** `below min ISR` are the partitions that a negative drill stops until a replica is back. */
type ClassName = PartitionClass | 'below min ISR';

/**
 * What the lanes of each class may expect, the worst class first; classes without a partition are left out. Nobody is held to
 * less than an attempt's own timeout.
 */
export function expectClasses(drill: KafkaDrill, topology: KafkaTopology, victims: string[]): ExpectedClass[] {
  const classes = new Map<ClassName, string[]>();
  for (const partition of topology.partitions) {
    const name = nameOf(drill, topology, partition, victims);
    classes.set(name, [...(classes.get(name) ?? []), `p${partition.partition}`]);
  }
  return [...classes]
    .map(([name, targets]) => ({
      name,
      targets,
      ...(name === 'below min ISR' ? { stops: true as const } : {}),
      ...add([
        ...stepsFor(drill, topology, name),
        ['client retry: the attempt under way may take its whole timeout', 0, drill.load.attempt_timeout_ms],
      ]),
    }))
    .sort((a, b) => b.hi_ms - a.hi_ms || order.indexOf(a.name) - order.indexOf(b.name));
}

const order: ClassName[] = ['below min ISR', 'led', 'only followed', 'untouched'];

/** What the loss would have cost where partitions had replicas enough to stay at min ISR; null where they have, or brokers are too few. */
export function comparedWithMore(drill: KafkaDrill, topology: KafkaTopology, victims: string[]) {
  if (drill.negative === undefined || drill.fault.kind !== 'broker-kill') return null;
  const replicas = topology.min_isr + drill.fault.followers + 1;
  if (replicas <= replicationFactor(topology) || replicas > brokersOf(topology).length || victims.length === 0) return null;
  const { lo_ms, hi_ms } = add([
    ...hardLoss(topology, 'led', true),
    ['client retry: the attempt under way may take its whole timeout', 0, drill.load.attempt_timeout_ms],
  ]);
  return {
    name: `RF ${replicas}, min ISR ${topology.min_isr}`,
    expected: { lo_ms, hi_ms },
    why: `after losing ${victims.length} of ${replicas} replicas, ${replicas - victims.length} >= ${topology.min_isr}: its partitions wait until the session times out, not until the broker is back`,
  };
}

function nameOf(drill: KafkaDrill, topology: KafkaTopology, partition: PartitionState, victims: string[]): ClassName {
  // In a roll every broker has its turn, so every partition is led by a victim once.
  if (drill.fault.kind === 'broker-roll' || drill.fault.kind === 'hasty-roll') return 'led';
  const stops = drill.negative !== undefined && isrAfter(partition, victims).length < topology.min_isr;
  return stops ? 'below min ISR' : classOf(partition, victims);
}

function stepsFor(drill: KafkaDrill, topology: KafkaTopology, name: ClassName): ExpectedStep[] {
  const { fault, client } = drill;
  if (fault.kind === 'controller-kill' || fault.kind === 'controller-roll') return [['the data path does not pass the controllers', 0, 0]];
  if (name === 'untouched') return [['no replica was hit: nothing to wait for', 0, 0]];
  if (name === 'below min ISR')
    return [
      ['the broker starts, catches up and joins the ISR', ...broker_back_ms],
      ['client learns the new leader', ...refresh_ms],
    ];
  switch (fault.kind) {
    case 'broker-restart':
    case 'broker-roll':
    case 'hasty-roll':
      return name === 'led'
        ? [
            ['controlled: leadership moves before the broker stops', ...controlled_ms],
            ['client learns the new leader', ...refresh_ms],
          ]
        : [['controlled: the broker leaves the ISR before it stops', 0, 0]];
    case 'broker-kill':
    case 'rack-kill':
    case 'ahead-of-followers':
      return hardLoss(topology, name, client.acks === 'all');
    case 'unclean-chain':
      return uncleanChain(topology, fault.write_s * 1_000);
    default:
      return fault satisfies never;
  }
}

/**
 * The session times out counted from the last heartbeat, which came up to one interval before the loss; then a periodic check
 * fences. A leader that lost a follower may drop it from the ISR by itself, after the lag time and half of it for the check.
 */
function hardLoss(topology: KafkaTopology, name: PartitionClass, waitsForIsr: boolean): ExpectedStep[] {
  const { session_timeout_ms, heartbeat_ms, lag_time_ms } = topology;
  const earliest_ms = Math.max(0, session_timeout_ms - heartbeat_ms);
  const check_ms = session_timeout_ms / 8;
  if (name === 'led')
    return [
      [`noticed: no heartbeat for the session timeout of ${ms(session_timeout_ms)}`, earliest_ms, session_timeout_ms],
      ['fenced by the periodic check, an eighth of the session timeout', 0, check_ms],
      ['another in-sync replica elected', ...election_ms],
      ['client learns the new leader', ...refresh_ms],
    ];
  if (!waitsForIsr) return [['the leader alone acknowledges', 0, 0]];
  return [
    [
      `out of the ISR: fenced after the session timeout of ${ms(session_timeout_ms)} and its check, or behind for the lag time of ${ms(lag_time_ms)} and its check`,
      Math.min(earliest_ms, lag_time_ms),
      Math.min(session_timeout_ms + check_ms, lag_time_ms * 1.5),
    ],
    ['the ISR shrinks', ...election_ms],
  ];
}

function uncleanChain(topology: KafkaTopology, write_ms: number): ExpectedStep[] {
  const once = hardLoss(topology, 'led', true);
  return [
    ...once,
    ['the second broker takes writes alone', write_ms, write_ms],
    ...once,
    ['the first broker starts again with what it had', ...broker_back_ms],
  ];
}
