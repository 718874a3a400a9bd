import type { EtcdDrill } from '../drill.ts';
import { add, type ExpectedStep as Step } from '../expected-steps.ts';
import type { Restore } from '../record.ts';
import type { Expected } from '../report.ts';
import type { EtcdTopology } from '../topology.ts';
import { figure, several } from '../words.ts';

/** The lanes that write, by the name of their target. */
export const writes_target = 'writes';

/** Bounds of what no setting tells (docs/quorum.md, section 2). */
const member_start_ms: [number, number] = [50, 5_000];
const restore_s_per_gb: [number, number] = [5, 7];
const restored_start_ms: [number, number] = [300, 2_000];
/** Without reading its data. */
const likely_start_ms = 600;
/** A member that starts reads its data again for its index: of the time that restoring them took, about a fifth. */
const reread_share = 0.2;
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
      return expectRestore(drill, topology, { bytes: topology.db_bytes });
    default:
      return fault satisfies never;
  }
}

/** A restore's interval, and where in it the first write is most likely, in milliseconds. */
export interface ExpectedRestore extends Expected {
  likely_ms: number;
}

/** What is known of a snapshot before anything is lost. */
interface Known {
  bytes: number;
  throw_away?: Restore['throw_away'];
}

/** How long restoring every member takes until the first write; from what is known before anything is lost. */
export function expectRestore(drill: EtcdDrill, topology: EtcdTopology, known: Known): ExpectedRestore {
  const { how, copied, started, likely_ms } = known.throw_away === undefined ? bySize(known.bytes) : asProven(known.throw_away);
  const steps: Step[] = [
    [`${figure(known.bytes / 1e6)} MB restored ${how}`, ...copied],
    ['members read their data, elect and take the first write', ...started],
    splitVote(topology),
    retryOf(drill),
  ];
  return { ...add(steps), likely_ms };
}

interface RestoreTimes {
  how: string;
  copied: [lo_ms: number, hi_ms: number];
  started: [lo_ms: number, hi_ms: number];
  likely_ms: number;
}

/** Before there is a snapshot. */
function bySize(bytes: number): RestoreTimes {
  const [lo_ms, hi_ms] = restore_s_per_gb.map((each_s) => (each_s * 1_000 * bytes) / gb_bytes) as [number, number];
  return {
    how: `at ${restore_s_per_gb.join(' to ')} s a GB`,
    copied: [lo_ms, hi_ms],
    started: restored_start_ms,
    likely_ms: (lo_ms + hi_ms) / 2 + likely_start_ms,
  };
}

/**
 * By the throw-away copy, on the host and at the time of the restore: a member takes at least as long as that one did alone, and at
 * most as long as all of its host one after another, where they wait for one disk. Hashing and copying is work for a processor, so
 * likeliest is that they share those.
 */
function asProven({ took_ms, at_once, processors }: NonNullable<Known['throw_away']>): RestoreTimes {
  const [start_lo_ms, start_hi_ms] = restored_start_ms;
  const serial_ms = took_ms * at_once;
  const shared_ms = took_ms * Math.max(1, at_once / processors);
  return {
    how: `as the throw-away copy was in ${figure(took_ms)} ms, ${several(at_once, 'member')} at once on ${several(processors, 'processor')}`,
    copied: [took_ms, serial_ms],
    started: [start_lo_ms, start_hi_ms + reread_share * serial_ms],
    likely_ms: shared_ms * (1 + reread_share) + likely_start_ms,
  };
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
