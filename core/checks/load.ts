import type { Evidence } from '../evidence.ts';
import type { Series } from '../record.ts';
import { figure } from '../words.ts';
import { always, type CheckRule, doubt, pass } from './check.ts';

/** Enough acknowledged writes a second before the fault, or an outage could slip between them. */
export const load: CheckRule = {
  name: 'load',
  kind: 'assumption',
  applies: always,
  wanted: (drill) => `at least ${drill.load.minimum_hz} acknowledged writes a second before the fault`,
  find: (evidence) => {
    const rate_hz = ratesBefore(evidence);
    if (rate_hz === null) return doubt('no data points', 'missing is not zero: without counts before the fault the load is not known');
    const got = `${figure(rate_hz)} a second`;
    if (rate_hz < evidence.drill.load.minimum_hz)
      return doubt(got, 'with so little load before the fault a short outage would go unnoticed');
    return pass(got, 'the load could show an outage');
  },
};

/** Sum over the series of acknowledged service writes of each one's own mean rate; null when no witness left points for half of the time. */
function ratesBefore({ drill, record, timeline, service }: Evidence): number | null {
  const fault_at = timeline.fault_at;
  if (fault_at === null) return null;
  const from = fault_at - drill.window.baseline_s * 1_000;
  const rates = service.map((line) =>
    meanRate(
      record.series.filter((series) => series.name === `${line.target}/acked/${line.witness}`),
      from,
      fault_at,
    ),
  );
  const known = rates.filter((rate) => rate !== null);
  return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0);
}

function meanRate(series: Series[], from: number, to: number): number | null {
  let count = 0;
  let counted_ms = 0;
  for (const each of series) {
    each.points.forEach((point, bin) => {
      const start = each.start_at + bin * each.bin_ms;
      if (point === null || start < from || start + each.bin_ms > to) return;
      count += point;
      counted_ms += each.bin_ms;
    });
  }
  return counted_ms < (to - from) / 2 ? null : (count * 1_000) / counted_ms;
}
