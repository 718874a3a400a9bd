import type { EtcdDrill } from '../drill.ts';
import { add, type ExpectedStep as Step } from '../expected-steps.ts';
import type { Expected } from '../report.ts';
import type { EtcdTopology } from '../topology.ts';
import { figure } from '../words.ts';

/** The lanes that write, by the name of their target. */
export const writes_target = 'writes';

/** Bounds of what no setting tells (docs/quorum.md, section 2). */
const member_start_ms: [number, number] = [50, 5_000];
const restore_s_per_gb: [number, number] = [5, 7];
const restored_start_ms: [number, number] = [300, 2_000];
const gb_bytes = 1e9;

/**
 * How long clients should go without an acknowledged write, computed from the fault and from the timeouts that are really set
 * (docs/quorum.md, section 2). In a negative drill it counts from the return of voters.
 */
export function expectRecovery(drill: EtcdDrill, topology: EtcdTopology): Expected {
  const retry = retryOf(drill);
  const { fault } = drill;
  switch (fault.kind) {
    case 'leader-kill':
      return add([...election(topology), retry]);
    case 'leader-freeze':
      return freeze(fault.thaw_after_s * 1_000, topology, retry);
    case 'leader-handover':
    case 'member-roll':
      return add([['leadership moves before the member stops', 0, 0], retry]);
    case 'majority-kill':
      return add([['a voter starts and reads its log', ...member_start_ms], anyElection(topology), splitVote(topology), retry]);
    case 'voters-kill':
      return add([...election(topology), retry]);
    case 'snapshot-restore':
      return expectRestore(drill, topology, topology.db_bytes);
    default:
      return fault satisfies never;
  }
}

/** How long restoring this many bytes on every member takes until the first write. */
export function expectRestore(drill: EtcdDrill, topology: EtcdTopology, bytes: number): Expected {
  const [lo, hi] = restore_s_per_gb.map((each_s) => (each_s * 1_000 * bytes) / gb_bytes) as [number, number];
  return add([
    [`${figure(bytes / 1e6)} MB restored at ${restore_s_per_gb.join(' to ')} s a GB`, lo, hi],
    ['members start, elect and take the first write', ...restored_start_ms],
    splitVote(topology),
    retryOf(drill),
  ]);
}

function retryOf({ load }: EtcdDrill): Step {
  return ['client retry: the attempt under way may take its whole timeout', 0, load.attempt_timeout_ms];
}

/** A follower stands once it has missed heartbeats for one to two election timeouts, counted from the last it got. */
function election(topology: EtcdTopology): Step[] {
  const { heartbeat_ms, election_timeout_ms } = topology;
  return [
    [
      `noticed and elected: election timeout ${figure(election_timeout_ms)} ms less 2 heartbeats of ${figure(heartbeat_ms)} ms, up to twice the timeout`,
      Math.max(0, election_timeout_ms - 2 * heartbeat_ms),
      2 * election_timeout_ms,
    ],
    splitVote(topology),
  ];
}

/** A voter that starts may find one that already asks for votes, so nothing is the least. */
function anyElection({ election_timeout_ms }: EtcdTopology): Step {
  return ['a leader elected', 0, 2 * election_timeout_ms];
}

function splitVote({ heartbeat_ms, election_timeout_ms }: EtcdTopology): Step {
  return ['one more round where votes split', 0, Math.max(0, 2 * election_timeout_ms - heartbeat_ms)];
}

function freeze(thaw_ms: number, topology: EtcdTopology, retry: Step): Expected {
  // A frozen member still takes connections, so an attempt may run into it once more before the client moves on.
  const elected = add([...election(topology), ['an attempt at the frozen member times out', 0, retry[2]], retry]);
  const thawed = add([['the leader thaws', thaw_ms, thaw_ms], retry]);
  return {
    lo_ms: Math.min(elected.lo_ms, thawed.lo_ms),
    hi_ms: Math.min(elected.hi_ms, thawed.hi_ms),
    reasons: ['whichever comes first', ...thawed.reasons, ...elected.reasons],
  };
}
