import type { KafkaDrill } from '../../../core/drill.ts';
import type { Event, Record } from '../../../core/record.ts';
import type { PartitionState } from '../../../core/topology.ts';
import { mskAcks1 } from '../../../drills/msk-acks1.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskControllerLoss } from '../../../drills/msk-controller-loss.ts';
import { mskControllersRolling } from '../../../drills/msk-controllers-rolling.ts';
import { mskQuorumLoss } from '../../../drills/msk-quorum-loss.ts';
import { mskRf2Min1UncleanTwin } from '../../../drills/msk-rf2-min1-unclean-twin.ts';
import { mskRf2Min2 } from '../../../drills/msk-rf2-min2.ts';
import { mskRf2UndeclaredTwin } from '../../../drills/msk-rf2-undeclared-twin.ts';
import { mskRollingHastyTwin } from '../../../drills/msk-rolling-hasty-twin.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { mskThinLoadTwin } from '../../../drills/msk-thin-load-twin.ts';
import { mskZoneLoss } from '../../../drills/msk-zone-loss.ts';
import { aKafkaRecord, type Down, event, FAULT, type KafkaStory, loseTail, partitionLane } from './a-kafka-record.ts';

/** One run for each Kafka drill, that ends as the drill says it must. */
export const kafkaRuns: [KafkaDrill, () => Record][] = [
  [mskBrokerReboot, () => aReboot()],
  [mskBrokerLoss, () => aLoss(mskBrokerLoss, [1])],
  [mskRollingRestart, () => aRoll()],
  [mskControllersRolling, aControllersRoll],
  [mskControllerLoss, aControllerLoss],
  [mskZoneLoss, () => aLoss(mskZoneLoss, [1, 4])],
  [mskQuorumLoss, () => aStop(mskQuorumLoss, [1, 2], 20_000)],
  [mskRf2Min2, () => aStop(mskRf2Min2, [1], 60_000)],
  [mskAcks1, anAcks1Loss],
  [mskRf2UndeclaredTwin, aRefusal],
  [mskRf2Min1UncleanTwin, anUncleanLoss],
  [mskRollingHastyTwin, aHastyRoll],
  [mskThinLoadTwin, () => aReboot(mskThinLoadTwin, { period_ms: 400 })],
];

const led = (partition: PartitionState, ids: number[]) => ids.includes(partition.leader ?? 0);
const held = (partition: PartitionState, ids: number[]) => partition.replicas.some((id) => ids.includes(id));

function lost(after_ms: number, members: string[]): Event[] {
  return [
    event(after_ms, 'fault-started', 'the fault begins'),
    ...members.map((who) => event(after_ms + 30, 'member-lost', 'its process is gone', who)),
    event(after_ms + 30, 'fault-confirmed', `${members.join(', ')} gone`),
  ];
}

function brokers(ids: number[]): string[] {
  return ids.map((id) => `broker-${id}`);
}

/** A controlled restart: what it leads moves at once, what it follows goes on. */
export function aReboot(drill = mskBrokerReboot, changes: Partial<KafkaStory> = {}): Record {
  return aKafkaRecord(drill, {
    gone: [
      { at: FAULT + 300, ids: [1] },
      { at: FAULT + 12_000, ids: [] },
    ],
    down: (partition) => (led(partition, [1]) ? [[FAULT + 100, FAULT + 900]] : []),
    events: [
      event(FAULT, 'member-stopping', 'asked to stop', 'broker-1'),
      ...lost(FAULT, ['broker-1']),
      event(FAULT + 8_000, 'member-back', 'in sync', 'broker-1'),
    ],
    ...changes,
  });
}

/** SIGKILL: what it leads waits for an election, what it follows for the ISR to shrink. */
export function aLoss(drill: KafkaDrill, ids: number[], changes: Partial<KafkaStory> = {}): Record {
  return aKafkaRecord(drill, {
    gone: [{ at: FAULT + 9_100, ids }],
    down: (partition): Down[] => {
      if (led(partition, ids)) return [[FAULT + 20, FAULT + 9_600]];
      return held(partition, ids) ? [[FAULT + 20, FAULT + 9_150]] : [];
    },
    events: lost(FAULT, brokers(ids)),
    ...changes,
  });
}

/** Step `i` of a roll begins here. */
export const stepAt = (step: number): number => FAULT + step * 25_000;

export function aRoll(changes: Partial<KafkaStory> = {}): Record {
  const ids = [1, 2, 3];
  return aKafkaRecord(mskRollingRestart, {
    rounds: ids.map((id, step) => ({ at: stepAt(step), victims: [`broker-${id}`] })),
    gone: ids.flatMap((id, step) => [
      { at: stepAt(step) + 300, ids: [id] },
      { at: stepAt(step) + 9_000, ids: [] },
    ]),
    down: () => ids.map((_, step): Down => [stepAt(step) + 100, stepAt(step) + 800]),
    events: ids.flatMap((id, step) => [
      event(stepAt(step), 'member-stopping', 'asked to stop', `broker-${id}`),
      ...lost(stepAt(step), [`broker-${id}`]),
      event(stepAt(step) + 8_000, 'member-back', 'in sync', `broker-${id}`),
    ]),
    stop: stepAt(3) + 5_000,
    ...changes,
  });
}

function aHastyRoll(): Record {
  const ids = [1, 2, 3];
  return aKafkaRecord(mskRollingHastyTwin, {
    gone: [
      { at: FAULT + 300, ids: [1] },
      { at: FAULT + 3_300, ids: [1, 2] },
      { at: FAULT + 6_300, ids: [1, 2, 3] },
      { at: FAULT + 12_000, ids: [2, 3] },
      { at: FAULT + 18_000, ids: [] },
    ],
    down: () => [[FAULT + 3_100, FAULT + 17_000]],
    events: ids.flatMap((id, step) => [
      event(FAULT + step * 3_000, 'member-stopping', 'asked to stop', `broker-${id}`),
      event(FAULT + step * 3_000 + 200, 'member-lost', 'its process is gone', `broker-${id}`),
    ]),
    stop: FAULT + 50_000,
  });
}

export function aControllersRoll(): Record {
  const names = ['controller-101', 'controller-103', 'controller-102'];
  return aKafkaRecord(mskControllersRolling, {
    rounds: names.map((name, step) => ({ at: stepAt(step), victims: [name] })),
    events: [
      ...names.flatMap((name, step) => lost(stepAt(step), [name])),
      event(stepAt(2) + 900, 'controller-elected', 'epoch 5', 'controller-101'),
    ],
    stop: stepAt(3) + 5_000,
  });
}

export function aControllerLoss(): Record {
  return aKafkaRecord(mskControllerLoss, {
    events: [...lost(FAULT, ['controller-102']), event(FAULT + 1_500, 'controller-elected', 'epoch 5', 'controller-101')],
  });
}

/** Below min ISR until the first of the lost is back, so many milliseconds after the fault. */
export function aStop(drill: KafkaDrill, ids: number[], returns_ms: number, changes: Partial<KafkaStory> = {}): Record {
  const [back = 0, ...still] = ids;
  return aKafkaRecord(drill, {
    gone: [
      { at: FAULT + 9_100, ids },
      { at: FAULT + returns_ms + 6_000, ids: still },
    ],
    down: (partition) => (held(partition, ids) ? [[FAULT + 20, FAULT + returns_ms + 6_200]] : []),
    events: [
      ...lost(FAULT, brokers(ids)),
      event(FAULT + returns_ms, 'fault-ended', 'started again', `broker-${back}`),
      event(FAULT + returns_ms + 6_000, 'member-back', 'in sync', `broker-${back}`),
    ],
    stop: FAULT + returns_ms + 30_000,
    ...changes,
  });
}

/** The leader acknowledged alone while its followers stood still, and took that with it. */
export function anAcks1Loss(count = 40): Record {
  const killed = FAULT + 4_000;
  const record = aKafkaRecord(mskAcks1, {
    gone: [{ at: killed + 9_100, ids: [1] }],
    down: () => [[killed + 20, killed + 9_600]],
    events: [event(FAULT, 'fault-started', 'broker-2 and broker-3 stand still'), event(killed, 'member-lost', 'killed', 'broker-1')],
    stop: FAULT + 45_000,
  });
  if (count > 0) loseTail(record, 0, count);
  return record;
}

/** The second broker's last writes are not on the first, which led next. */
export function anUncleanLoss(count = 25): Record {
  const record = aKafkaRecord(mskRf2Min1UncleanTwin, {
    gone: [
      { at: FAULT + 9_100, ids: [1] },
      { at: FAULT + 26_000, ids: [1, 2] },
      { at: FAULT + 33_000, ids: [2] },
      { at: FAULT + 48_000, ids: [] },
    ],
    down: () => [
      [FAULT + 20, FAULT + 9_600],
      [FAULT + 16_000, FAULT + 34_000],
    ],
    events: [
      ...lost(FAULT, ['broker-1']),
      event(FAULT + 16_000, 'member-lost', 'killed', 'broker-2'),
      event(FAULT + 33_000, 'member-back', 'leads again', 'broker-1'),
    ],
    stop: FAULT + 60_000,
  });
  const { lane, outcomes } = partitionLane(record, 0);
  const [before = 0, first = 0, between = 0] = outcomes.split(' ').map((run) => Number(run.slice(1)));
  const readback = record.readback?.find((each) => each.lane === lane);
  if (readback === undefined || count === 0) return record;
  const rest = readback.present.split(' ').slice(3);
  const [second = ''] = rest;
  readback.present = [`p${before}`, `m${first}`, `p${between - count}`, `m${count + Number(second.slice(1))}`, ...rest.slice(1)].join(' ');
  partitionLane(record, 0).offsets = [
    { n: before + first + between - 30, offset: 900, count: 20 },
    { n: before + first + between - 10, offset: 940, count: 10 },
  ];
  return record;
}

/** Two replicas where three are declared: nothing is injected. */
function aRefusal(): Record {
  const record = aKafkaRecord(mskRf2UndeclaredTwin);
  const admission = record.admission.filter(({ stage }) => stage === 'preflight');
  const why = admission
    .filter(({ admit }) => !admit)
    .map(({ inequality }) => inequality)
    .join('; ');
  return {
    ...record,
    admission,
    outcome: { kind: 'refused', at: 'preflight', why },
    victims: [],
    experiments: [],
    events: [event(0, 'claimed', 'lease taken, fence 7')],
    series: [],
    probe: { segments: [], lanes: [], clock_uncertainty_ms: 2 },
    readback: null,
  };
}
