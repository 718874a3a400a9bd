import type { AuroraDrill } from '../drill.ts';
import { BadInput } from '../errors.ts';
import { add, type ExpectedStep as Step } from '../expected-steps.ts';
import type { Expected } from '../report.ts';
import type { AuroraTopology, ControllerSettings, ManagedFailover } from '../topology.ts';

/**
 * A failover that AWS does, with a reader to promote: the Aurora guide says that service is "typically restored in less than 60
 * seconds, and often less than 30 seconds", and names no lower bound. (The 35 seconds in the RDS API are those of Multi-AZ
 * clusters.) Not a promise of AWS's: what a run is compared with.
 */
export const managedFailover: ManagedFailover = {
  lasts_ms: [0, 60_000],
  source: 'Aurora guide, a failover with a reader to promote: typically less than 60 s',
};

/**
 * How long clients should go without an acknowledged write, computed from the fault and the controller that is really there
 * (docs/quorum.md, section 2). In a negative drill it counts from the return of a copy. Throws BadInput when nothing
 * promotes or publishes its timings, since then there is no expectation to hold a run to.
 */
export function expectRecovery(drill: AuroraDrill, topology: AuroraTopology): Expected {
  const retry: Step = ['client retry: the attempt under way may take its whole timeout', 0, drill.load.attempt_timeout_ms];
  const { fault } = drill;
  if (topology.managed !== undefined) return add([ofManaged(drill, topology.managed), retry]);
  switch (fault.kind) {
    case 'writer-kill':
    case 'writer-isolation':
      return add([...failover(settings(drill, topology)), retry]);
    case 'writer-handover': {
      const [lo, hi] = settings(drill, topology).handover_ms;
      return add([['hand-over: drain and stop the old writer, promote, re-point', lo, hi], retry]);
    }
    case 'writer-freeze':
      return freeze(fault.thaw_after_s * 1_000, topology.controller, retry);
    case 'zone-loss': {
      if (drill.negative === undefined) return add([['the writer and a write quorum are left: nothing to wait for', 0, 0], retry]);
      const [lo, hi] = settings(drill, topology).rejoin_ms;
      return add([['from the return of a copy until it streams again', lo, hi], retry]);
    }
    default:
      return fault satisfies never;
  }
}

/** Why nothing can be expected of this fault on this topology, or null. */
export function unknownBecause(drill: AuroraDrill, topology: AuroraTopology): string | null {
  if (topology.managed !== undefined) return failsOver(drill) ? null : `AWS publishes nothing about a ${drill.fault.kind}`;
  return topology.controller === null && needsController(drill) ? 'no controller publishes its timings' : null;
}

function failsOver({ fault }: AuroraDrill): boolean {
  return fault.kind === 'writer-kill' || fault.kind === 'writer-handover';
}

function ofManaged(drill: AuroraDrill, { lasts_ms: [lo, hi], source }: ManagedFailover): Step {
  if (failsOver(drill)) return [source, lo, hi];
  throw new BadInput(
    'expected recovery',
    `a ${drill.fault.kind} on a cluster that AWS runs`,
    'a failover, the one fault that AWS publishes a time for',
    'run this drill on the lab',
  );
}

/** True where only a controller can end the outage, so that without its timings nothing can be expected. */
function needsController(drill: AuroraDrill): boolean {
  if (drill.fault.kind === 'zone-loss') return drill.negative !== undefined;
  return drill.fault.kind !== 'writer-freeze';
}

function settings(drill: AuroraDrill, topology: AuroraTopology): ControllerSettings {
  if (topology.controller !== null) return topology.controller;
  throw new BadInput(
    'expected recovery',
    `a ${drill.fault.kind} and no controller that publishes its timings`,
    'a controller that promotes',
    'let the topology publish its controller',
  );
}

function failover(controller: ControllerSettings): Step[] {
  const { poll_ms, misses, poll_timeout_ms, detach_ms, promote_ms, repoint_ms } = controller;
  return [
    [
      `noticed: ${misses} polls missed, ${poll_ms} ms apart or as long as one takes to time out, ${poll_timeout_ms} ms`,
      poll_ms * (misses - 1),
      poll_ms + misses * Math.max(poll_ms, poll_timeout_ms),
    ],
    ['standbys detached from the old writer', ...detach_ms],
    ['a copy promoted', ...promote_ms],
    ['endpoint re-pointed', ...repoint_ms],
  ];
}

function freeze(thaw_ms: number, controller: ControllerSettings | null, retry: Step): Expected {
  const thaw: Step = ['the writer thaws', thaw_ms, thaw_ms];
  if (controller === null) return add([thaw, retry]);
  const promoted = add([...failover(controller), retry]);
  const thawed = add([thaw, retry]);
  return {
    lo_ms: Math.min(promoted.lo_ms, thawed.lo_ms),
    hi_ms: Math.min(promoted.hi_ms, thawed.hi_ms),
    reasons: ['whichever comes first', ...thawed.reasons, ...promoted.reasons],
  };
}
