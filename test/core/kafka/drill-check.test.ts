import { describe, expect, test } from 'vitest';
import type { KafkaDrill, KafkaFault } from '../../../core/drill.ts';
import { checkDrill } from '../../../core/drill-check.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskControllersRolling } from '../../../drills/msk-controllers-rolling.ts';
import { mskQuorumLoss } from '../../../drills/msk-quorum-loss.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { mskThinLoadTwin } from '../../../drills/msk-thin-load-twin.ts';

const but = (changes: Partial<KafkaDrill>, drill = mskBrokerLoss): KafkaDrill => ({ ...drill, ...changes });
const shape = (changes: Partial<KafkaDrill['topology']>) => but({ topology: { ...mskBrokerLoss.topology, ...changes } });
const client = (changes: Partial<KafkaDrill['client']>, drill = mskBrokerLoss) => but({ client: { ...drill.client, ...changes } }, drill);
const load = (changes: Partial<KafkaDrill['load']>) => but({ load: { ...mskBrokerLoss.load, ...changes } });
const fault = (changed: KafkaFault) => but({ fault: changed });

describe('a Kafka drill is refused', () => {
  test.each<[string, KafkaDrill, string]>([
    ['more replicas than brokers', shape({ replication_factor: 6 }), 'topology: got replication factor 6 on 5 brokers'],
    ['more racks than brokers', shape({ zones: 6 }), 'topology: got 5 brokers in 6 racks'],
    ['min ISR beyond the replicas', shape({ min_isr: 4 }), 'topology: got min ISR 4 of 3 replicas'],
    ['half a partition', shape({ partitions: 0.5 }), 'topology partitions: got 0.5'],
    ['no controller', shape({ controllers: 0 }), 'topology controllers: got 0'],
    ['acks that nobody knows', client({ acks: '2' as never }), "client acks: got '2', wanted one of all, 1, 0"],
    ['idempotent lanes that the leader alone acknowledges', client({ idempotent: true, acks: '1' }), 'client: got idempotent with acks 1'],
    ['a record too short for its own number', client({ record_bytes: 10 }), 'client record_bytes: got 10'],
    ['a record that no broker takes', client({ record_bytes: 2_000_000 }), 'client record_bytes: got 2000000'],
    ['acks 1 where writes must stop', client({ acks: '1' }, mskQuorumLoss), 'client: got acks 1'],
    ['lanes on each broker', load({ pinned_hz: 5 }), 'pinned_hz: got 5, wanted 0'],
    ['lanes that read', load({ read_hz: 5 }), 'read_hz: got 5, wanted 0'],
    ['more load than is declared', but({ rig: { load_share: 1.5 } }, mskThinLoadTwin), 'rig load_share: got 1.5'],
    ['one writer, which lanes of partitions cannot tell', but({ promises: ['one-writer'] }), 'promises: got one-writer'],
    ['reads that answer, which no lane sends', but({ promises: ['reads-answer'] }), 'promises: got reads-answer'],
    [
      'full ISR between steps of a single loss',
      but({ promises: ['full-isr-between-steps'] }),
      'promises: got full-isr-between-steps, wanted a roll',
    ],
    [
      'full ISR between controllers',
      but({ promises: ['full-isr-between-steps'] }, mskControllersRolling),
      'promises: got full-isr-between-steps, wanted a roll of brokers',
    ],
    ['a roll to be seen in a single loss', but({ mustObserve: ['every-member-rolled'] }), 'mustObserve: got every-member-rolled'],
    ['a restart without a pause', fault({ kind: 'broker-restart', down_s: 0 }), 'fault down_s: got 0 s'],
    ['writes for no time', fault({ kind: 'unclean-chain', write_s: -1 }), 'fault write_s: got -1 s'],
    ['all replicas and one more', fault({ kind: 'broker-kill', followers: 3 }), 'fault followers: got 3'],
    ['more back than were lost', fault({ kind: 'broker-kill', followers: 0, returns_after_s: 5, returning: 2 }), 'fault returning: got 2'],
    [
      'a deadline that cannot hold every step of a roll',
      but({ window: { ...mskRollingRestart.window, deadline_s: 120 } }, mskRollingRestart),
      'window: got a deadline of 120 s, wanted at least the 127 s',
    ],
  ])('%s', (_, drill, message) => {
    expect(() => checkDrill(drill)).toThrow(`drill ${drill.name} ${message}`);
  });
});
