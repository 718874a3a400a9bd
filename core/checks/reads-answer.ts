import { silencesIn } from '../coverage.ts';
import { serializableOfSurvivors } from '../etcd/reads.ts';
import { type Evidence, faultFrom, overAt } from '../evidence.ts';
import type { Line } from '../lines.ts';
import { outagesSince } from '../recovery.ts';
import { ms, several, span } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** Reads through the service endpoint, or of each surviving etcd member alone, went on being answered; one attempt that timed out is not a stop. */
export const readsAnswer: CheckRule = {
  name: 'reads-answer',
  kind: 'service',
  applies: (drill) => drill.promises.includes('reads-answer'),
  wanted: (drill) => `no gap in answered reads beyond an attempt's ${ms(drill.load.attempt_timeout_ms)} and two periods`,
  find: (evidence) => {
    const { drill, record, timeline, watch } = evidence;
    const reads = asked(evidence);
    const answered = reads.reduce((sum, line) => sum + line.lanes.reduce((oks, lane) => oks + lane.attempts.ok, 0), 0);
    if (timeline.fault_at === null || answered === 0)
      return doubt('no data points', 'no read was answered or nothing tells when the fault began: missing is not zero');
    const period_ms = Math.max(...reads.flatMap((line) => line.lanes.map((lane) => lane.period_ms)));
    const { attempt_timeout_ms } = drill.load;
    const longest_ms = attempt_timeout_ms + 2 * period_ms;
    const { lo_ms, hi_ms } = outagesSince(reads, faultFrom(timeline, record), attempt_timeout_ms, [], overAt(timeline, record)).longest_ms;
    const blind = reads.filter((line) => line.last_done_at < (timeline.returned_at ?? timeline.fault_at ?? 0));
    if (lo_ms > longest_ms) return fail(`${span(lo_ms, hi_ms)} without an answer`, 'reads stopped');
    if (hi_ms === null || hi_ms > longest_ms) return doubt(`${span(lo_ms, hi_ms)} without an answer`, 'reads may have stopped');
    const silent =
      watch === null ? [] : silencesIn(record, reads, { from: timeline.fault_at, to: watch.window.to }, drill.load.attempt_timeout_ms);
    if (silent.length > 0)
      return doubt(several(silent.length, 'silence'), 'for a while no read was sent, so nothing tells that it would be answered');
    if (blind.length > 0) return doubt(`${blind.map((line) => line.name).join(', ')} ended early`, 'nobody read through the whole fault');
    return pass(`${several(answered, 'read')} answered, no gap beyond ${ms(hi_ms)}`, 'reads went on being answered');
  },
};

/** Linearizable reads need a quorum, so where etcd's may be missing the survivors are asked each alone. */
function asked({ drill, record, reads }: Evidence): Line[] {
  return drill.store === 'etcd' ? serializableOfSurvivors(record) : reads;
}
