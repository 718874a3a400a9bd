import type { KafkaDrill } from '../drill.ts';
import type { ExpectedClass } from '../expectation.ts';
import { add, type ExpectedStep } from '../expected-steps.ts';
import type { KafkaTopology } from '../topology.ts';
import { classOf, type PartitionClass } from './partitions.ts';

/** Bounds of what no setting tells, from the lab's own runs (docs/quorum.md, section 2). */
const controlled_ms: [number, number] = [0, 2_000];
const election_ms: [number, number] = [0, 500];
const refresh_ms: [number, number] = [0, 1_000];
/** From the start of a broker's process until it is in sync again. */
const broker_back_ms: [number, number] = [500, 30_000];

/** What the lanes of each class may expect, the worst class first; classes without a partition are left out. */
export function expectClasses(drill: KafkaDrill, topology: KafkaTopology, victims: string[]): ExpectedClass[] {
  const rolling = drill.fault.kind === 'broker-roll' || drill.fault.kind === 'hasty-roll';
  const names: PartitionClass[] = ['led', 'only followed', 'untouched'];
  return names
    .map((name) => ({
      name,
      // In a roll every broker has its turn, so every partition is led by a victim once.
      targets: topology.partitions
        .filter((each) => (rolling ? 'led' : classOf(each, victims)) === name)
        .map(({ partition }) => `p${partition}`),
      ...add([
        ...stepsFor(drill, topology, name),
        ['client retry: the attempt under way may take its whole timeout', 0, drill.load.attempt_timeout_ms],
      ]),
    }))
    .filter(({ targets }) => targets.length > 0)
    .sort((a, b) => b.hi_ms - a.hi_ms);
}

function stepsFor(drill: KafkaDrill, topology: KafkaTopology, name: PartitionClass): ExpectedStep[] {
  const { fault, client } = drill;
  if (name === 'untouched') return [['no replica was hit: nothing to wait for', 0, 0]];
  const refresh: ExpectedStep = ['client learns the new leader', ...refresh_ms];
  if (drill.negative !== undefined) return [['the broker starts, catches up and joins the ISR', ...broker_back_ms], refresh];
  switch (fault.kind) {
    case 'broker-restart':
    case 'broker-roll':
    case 'hasty-roll':
      return name === 'led'
        ? [['controlled: leadership moves before the broker stops', ...controlled_ms], refresh]
        : [['controlled: the broker leaves the ISR before it stops', 0, 0]];
    case 'broker-kill':
    case 'rack-kill':
    case 'ahead-of-followers':
      return hardLoss(topology, name, client.acks === 'all', fault.kind === 'ahead-of-followers' ? fault.write_s * 1_000 : 0);
    case 'unclean-chain': {
      const once = hardLoss(topology, 'led', true, 0);
      return [...once, ...once, ['the first broker starts again with what it had', ...broker_back_ms]];
    }
    case 'controller-kill':
    case 'controller-roll':
      return [['the data path does not pass the controllers', 0, 0]];
    default:
      return fault satisfies never;
  }
}

function hardLoss(
  { session_timeout_ms, heartbeat_ms }: KafkaTopology,
  name: PartitionClass,
  waitsForIsr: boolean,
  frozen_ms: number,
): ExpectedStep[] {
  const fenced: ExpectedStep[] = [
    [`noticed: no heartbeat for the session timeout of ${session_timeout_ms} ms`, session_timeout_ms - heartbeat_ms, session_timeout_ms],
    ['fenced by the periodic check, an eighth of the session timeout', 0, session_timeout_ms / 8],
  ];
  if (name === 'led')
    return [
      ...(frozen_ms > 0 ? [['the followers stand still meanwhile', 0, frozen_ms] satisfies ExpectedStep] : []),
      ...fenced,
      ['another in-sync replica elected', ...election_ms],
      ['client learns the new leader', ...refresh_ms],
    ];
  return waitsForIsr ? [...fenced, ['the ISR shrinks', ...election_ms]] : [['the leader alone acknowledges', 0, 0]];
}
