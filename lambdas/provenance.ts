import type { Drill } from '../core/drill.ts';
import type { Record, Source } from '../core/record.ts';
import program from '../package.json' with { type: 'json' };

/** What wrote the Record, where, and with which of the drill's settings. Virtual time names no machine, so that its bytes are the same everywhere. */
export function provenance(drill: Drill, source: Source): Record['provenance'] {
  const { load, window } = drill;
  const real = source !== 'virtual';
  return {
    program: program.name,
    program_version: program.version,
    node: real ? process.version : 'virtual',
    platform: real ? `${process.platform}-${process.arch}` : 'virtual',
    settings: {
      rate_hz: String(load.rate_hz),
      pinned_hz: String(load.pinned_hz),
      read_hz: String(load.read_hz),
      attempt_timeout_ms: String(load.attempt_timeout_ms),
      baseline_s: String(window.baseline_s),
      settle_s: String(window.settle_s),
      deadline_s: String(window.deadline_s),
      recovery_limit_ms: String(drill.limits.recovery_ms),
    },
  };
}
