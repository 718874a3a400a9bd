import type { EtcdDrill, EtcdFault, PromiseName } from '../drill.ts';
import type { Reject } from '../kafka/drill-check.ts';
import { majority } from '../quorum.ts';

/** Longest start of a member until it follows its leader again, for which a roll waits at each step. */
const rejoin_s = 10;
/** Longest saving, checking and restoring of the lab's small snapshots, which says nothing about large ones. */
const restore_s = 20;

/** Promises that a lane of etcd cannot tell of: any member takes a write and passes it to the leader. */
const lanesCannotTell: PromiseName[] = ['one-writer', 'full-isr-between-steps'];

/** What only an etcd drill can get wrong: members that no cluster has, an age that a snapshot may not have, promises that no lane can tell. */
export function checkEtcd(drill: EtcdDrill, reject: Reject): void {
  checkTopology(drill, reject);
  checkPromises(drill, reject);
  checkFault(drill, reject);
  checkSnapshot(drill, reject);
}

/** Seconds that a fault runs its own course at most, apart from what `returns_after_s` says. */
export function courseOf({ fault, topology, rig }: EtcdDrill): number {
  switch (fault.kind) {
    case 'member-roll':
      return topology.voters * (fault.down_s + rejoin_s);
    case 'leader-freeze':
      return fault.thaw_after_s;
    case 'snapshot-restore':
      return fault.write_s + (rig?.snapshot_age_s ?? 0) + restore_s;
    default:
      return 0;
  }
}

function checkTopology({ topology }: EtcdDrill, reject: Reject): void {
  const { voters, learners, zones } = topology;
  for (const [name, value, least] of [
    ['voters', voters, 1],
    ['learners', learners, 0],
    ['zones', zones, 1],
  ] as const)
    if (!(Number.isInteger(value) && value >= least)) reject(`topology ${name}`, String(value), `a whole number from ${least}`);
  if (zones > voters) reject('topology', `${voters} voters in ${zones} zones`, 'no more zones than voters');
}

function checkPromises({ promises, fault, mustObserve, load }: EtcdDrill, reject: Reject): void {
  for (const name of promises)
    if (lanesCannotTell.includes(name)) reject('promises', name, 'a promise that lanes of any member can tell of');
  const rolls = fault.kind === 'member-roll';
  if (promises.includes('no-election-storm') && !rolls) reject('promises', 'no-election-storm', 'a roll to promise it of');
  if (mustObserve.includes('every-member-rolled') && !rolls) reject('mustObserve', 'every-member-rolled', 'a roll to see it in');
  if (promises.includes('reads-linearizable') && fault.kind === 'snapshot-restore')
    reject('promises', 'reads-linearizable', 'a fault that takes nothing back: a restore goes back to its snapshot');
  if (promises.includes('reads-linearizable') && !(load.read_hz > 0))
    reject('read_hz', String(load.read_hz), 'reads to promise it of, above 0');
  if (promises.includes('reads-answer') && !(load.pinned_hz > 0))
    reject('pinned_hz', String(load.pinned_hz), 'serializable reads of each member alone to promise it of, above 0');
}

function checkFault({ fault, topology }: EtcdDrill, reject: Reject): void {
  for (const [name, value] of Object.entries(fault as EtcdFault))
    if (name.endsWith('_s') && !(Number.isFinite(value) && value > 0)) reject(`fault ${name}`, `${value} s`, 'a time above 0');
  const { voters } = topology;
  if (fault.kind === 'voters-kill' && !(Number.isInteger(fault.count) && fault.count >= 1 && fault.count <= voters))
    reject('fault count', String(fault.count), `a whole number from 1 to the ${voters} voters`);
  const killed = voters - majority(voters) + 1;
  if (fault.kind === 'majority-kill' && !(Number.isInteger(fault.returning) && fault.returning >= 1 && fault.returning <= killed))
    reject('fault returning', String(fault.returning), `from 1 to the ${killed} that are killed`);
}

function checkSnapshot({ fault, rpo_s, rig }: EtcdDrill, reject: Reject): void {
  const restores = fault.kind === 'snapshot-restore';
  if (restores && !(rpo_s !== undefined && Number.isFinite(rpo_s) && rpo_s > 0))
    reject('rpo_s', String(rpo_s), 'the age in seconds that a restored snapshot may have, above 0');
  if (!restores && rpo_s !== undefined) reject('rpo_s', `${rpo_s} s`, 'a fault that restores a snapshot, or none');
  if (!restores && (rig?.damage_snapshot !== undefined || rig?.snapshot_age_s !== undefined))
    reject('rig', 'a damaged or old snapshot', 'a fault that restores one');
  if (rig?.snapshot_age_s !== undefined && !(rig.snapshot_age_s > 0))
    reject('rig snapshot_age_s', `${rig.snapshot_age_s} s`, 'a time above 0');
}
