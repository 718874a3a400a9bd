import type { KafkaDrill, KafkaFault, PromiseName } from '../drill.ts';
import { rolls } from './partitions.ts';

/** Refuses a part of a drill; throws. */
export type Reject = (what: string, got: string, wanted: string) => never;

/** Lane, number and planned time of a record take this much; a broker's default takes no batch above the other. */
const record_bytes: [number, number] = [64, 1_000_000];
/** Longest start of a broker until every ISR is full again, for which a roll waits at each step. */
const rejoin_s = 30;

/** What only a Kafka drill can get wrong: counts that no cluster has, clients that no broker takes, promises that no lane can tell. */
export function checkKafka(drill: KafkaDrill, reject: Reject): void {
  checkTopology(drill, reject);
  checkClient(drill, reject);
  checkPromises(drill, reject);
  checkFault(drill.fault, drill.topology.replication_factor, reject);
}

/** Seconds that a fault runs its own course at most, apart from what `returns_after_s` says. */
export function courseOf({ fault, topology }: KafkaDrill): number {
  switch (fault.kind) {
    case 'broker-roll':
      return topology.brokers * (fault.down_s + rejoin_s);
    case 'controller-roll':
      return topology.controllers * (fault.down_s + rejoin_s);
    case 'hasty-roll':
      return topology.brokers * fault.apart_s + fault.down_s + rejoin_s;
    case 'broker-restart':
      return fault.down_s;
    case 'ahead-of-followers':
      return fault.write_s;
    case 'unclean-chain':
      return 2 * fault.write_s + rejoin_s;
    default:
      return 0;
  }
}

function checkTopology({ topology }: KafkaDrill, reject: Reject): void {
  const { store: _store, unclean_election: _unclean, ...counts } = topology;
  for (const [name, value] of Object.entries(counts))
    if (!(Number.isInteger(value) && value >= 1)) reject(`topology ${name}`, String(value), 'a whole number from 1');
  const { brokers, zones, replication_factor, min_isr } = topology;
  if (zones > brokers) reject('topology', `${brokers} brokers in ${zones} racks`, 'no more racks than brokers');
  if (replication_factor > brokers)
    reject('topology', `replication factor ${replication_factor} on ${brokers} brokers`, 'no more replicas than brokers');
  if (min_isr > replication_factor)
    reject('topology', `min ISR ${min_isr} of ${replication_factor} replicas`, 'no more in-sync replicas than replicas');
}

function checkClient({ client, load, negative, rig }: KafkaDrill, reject: Reject): void {
  const { acks, idempotent, record_bytes: bytes } = client;
  if (!['all', '1', '0'].includes(acks)) reject('client acks', `'${acks}'`, 'one of all, 1, 0');
  if (idempotent && acks !== 'all')
    reject('client', `idempotent with acks ${acks}`, 'acks all, without which no broker takes a producer id');
  if (!(Number.isInteger(bytes) && bytes >= record_bytes[0] && bytes <= record_bytes[1]))
    reject('client record_bytes', String(bytes), `a whole number from ${record_bytes[0]} to ${record_bytes[1]}`);
  if (negative !== undefined && acks !== 'all')
    reject('client', `acks ${acks}`, 'acks all, in a drill whose writes must stop below min ISR: others are never refused there');
  for (const name of ['pinned_hz', 'read_hz'] as const)
    if (load[name] !== 0) reject(name, String(load[name]), '0: lanes write to partitions, whose leader alone takes writes');
  const share = rig?.load_share ?? 1;
  if (!(share > 0 && share <= 1)) reject('rig load_share', String(share), 'a share above 0 and up to 1');
}

const lanesCannotTell: PromiseName[] = ['one-writer', 'reads-answer'];
const ofRolls: PromiseName[] = ['full-isr-between-steps', 'no-election-storm'];

function checkPromises({ promises, fault, mustObserve }: KafkaDrill, reject: Reject): void {
  for (const name of promises) {
    if (lanesCannotTell.includes(name)) reject('promises', name, 'a promise that lanes of a partition can tell of');
    if (ofRolls.includes(name) && !rolls(fault)) reject('promises', name, 'a roll to promise it of');
  }
  if (mustObserve.includes('every-member-rolled') && !rolls(fault)) reject('mustObserve', 'every-member-rolled', 'a roll to see it in');
  if (promises.includes('full-isr-between-steps') && fault.kind === 'controller-roll')
    reject('promises', 'full-isr-between-steps', 'a roll of brokers: controllers are in no ISR');
}

function checkFault(fault: KafkaFault, replication_factor: number, reject: Reject): void {
  for (const [name, value] of Object.entries(fault))
    if (name.endsWith('_s') && !(Number.isFinite(value) && value > 0)) reject(`fault ${name}`, `${value} s`, 'a time above 0');
  if (fault.kind !== 'broker-kill') return;
  const { followers, returning } = fault;
  if (!(Number.isInteger(followers) && followers >= 0 && followers < replication_factor))
    reject('fault followers', String(followers), `a whole number below the replication factor of ${replication_factor}`);
  if (returning !== undefined && !(Number.isInteger(returning) && returning >= 1 && returning <= followers + 1))
    reject('fault returning', String(returning), `from 1 to the ${followers + 1} that are killed`);
}
