import { marginAfter } from './admission.ts';
import type { Evidence } from './evidence.ts';
import type { Record } from './record.ts';
import type { Report } from './report.ts';

/**
 * Failures still tolerated, before the fault and at the worst moment after it; null where nothing was measured. The worst is the
 * least of what the control plane told and of what the losses leave, since with too many lost there is nobody to tell.
 */
export function marginOf({ record, timeline }: Evidence): Report['margin'] {
  const fault_at = timeline.fault_at;
  const points = record.series
    .filter((series) => series.name === 'margin')
    .flatMap((series) =>
      series.points.flatMap((margin, bin) => (margin === null ? [] : [{ until: series.start_at + (bin + 1) * series.bin_ms, margin }])),
    )
    .sort((a, b) => a.until - b.until || b.margin - a.margin);
  const before = points.filter((point) => fault_at === null || point.until <= fault_at);
  const all = [...points.map((point) => point.margin), ...marginsLeft(record)];
  return { before: before.at(-1)?.margin ?? null, min: all.length === 0 ? null : Math.min(...all) };
}

/** What was left each time that a member was lost. */
function marginsLeft({ topology, events }: Record): number[] {
  if (topology === null) return [];
  const away = new Set<string>();
  const margins: number[] = [];
  for (const { what, who = '' } of [...events].sort((a, b) => a.at - b.at)) {
    if (what === 'member-back') away.delete(who);
    if (what !== 'member-lost') continue;
    away.add(who);
    margins.push(marginAfter(topology, [...away]));
  }
  return margins;
}
