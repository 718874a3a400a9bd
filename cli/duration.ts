import type { Drill } from '../core/drill.ts';
import { HEALTHY_MS } from '../core/recovery.ts';

/**
 * Seconds from the clean load to the end of watching, where all goes as declared; `steps` is one but for a drill that rolls, and
 * `least_s` is what the fault takes in this place at least.
 */
export function duration_s(drill: Drill, steps: number, least_s = 0): number {
  const { baseline_s, settle_s } = drill.window;
  return baseline_s + Math.max(settle_s, Math.max(least_s, course_s(drill, steps)) + HEALTHY_MS / 1_000);
}

/** How long the fault's own course takes; between the steps of a roll service is watched to be healthy again. */
function course_s({ fault, topology }: Drill, steps: number): number {
  switch (fault.kind) {
    case 'zone-loss':
    case 'broker-kill':
    case 'majority-kill':
      return fault.returns_after_s ?? 0;
    case 'writer-freeze':
    case 'leader-freeze':
      return fault.thaw_after_s;
    case 'broker-restart':
      return fault.down_s;
    case 'broker-roll':
    case 'controller-roll':
    case 'member-roll':
      return steps * fault.down_s + (steps - 1) * (HEALTHY_MS / 1_000);
    case 'hasty-roll':
      return fault.down_s + (topology.store === 'msk' ? topology.brokers - 1 : 0) * fault.apart_s;
    case 'ahead-of-followers':
    case 'snapshot-restore':
      return fault.write_s;
    case 'unclean-chain':
      return 2 * fault.write_s;
    default:
      return 0;
  }
}
