import type { Band } from '../bands.ts';
import { type Mark, rect, ruleX } from '../chart.ts';
import type { EventMark } from '../moments.ts';

/** What lies behind every plot, so that they line up: the outage, the expectation, the fault and the events. */
export function backdrop(bands: Band[], marks: EventMark[]): Mark[] {
  const of = (kind: Band['kind']) => bands.filter((band) => band.kind === kind);
  const tint = (kind: Band['kind']) => rect(of(kind), { x1: 'from_s', x2: 'to_s', fill: `var(--${kind}-tint)`, clip: true });
  return [
    tint('expected'),
    tint('down'),
    ruleX(marks, { x: 'at_s', stroke: 'var(--rule)' }),
    ruleX(of('fault'), { x: 'from_s', stroke: 'var(--fault)', strokeWidth: 1.5 }),
  ];
}
