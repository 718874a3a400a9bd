import { differencesOf, topologyFindings } from './described.ts';
import { etcdFindings } from './etcd/restore-report.ts';
import type { Evidence } from './evidence.ts';
import { isrFindings } from './kafka/isr.ts';
import { HEALTHY_MS } from './recovery.ts';
import { figure, ms, several, span } from './words.ts';

/** What a reader should know and no promise covers; none of it changes the verdict. */
export function findingsOf(evidence: Evidence): string[] {
  return [
    ...ofTopology(evidence),
    ...ofPartitions(evidence),
    ...ofRecovery(evidence),
    ...ofLedger(evidence),
    ...etcdFindings(evidence),
    ...ofProbe(evidence),
    ...ofClaims(evidence),
  ];
}

function ofTopology({ drill, record }: Evidence): string[] {
  return [
    ...(record.topology === null ? [] : topologyFindings(record.topology)),
    ...differencesOf(drill, record.topology).map((difference) => `topology is not as declared: ${difference}`),
  ];
}

function ofPartitions({ record, timeline }: Evidence): string[] {
  if (record.topology?.store !== 'msk' || timeline.fault_at === null) return [];
  return isrFindings(record, record.topology, timeline.fault_at, timeline.healing_at);
}

function ofRecovery({ classes, outages }: Evidence): string[] {
  const short = classes.flatMap(({ name, recovery, expected }) => {
    if (recovery?.hi_ms == null || recovery.hi_ms >= expected.lo_ms) return [];
    const whose = classes.length > 1 ? ` of the lanes ${name}` : '';
    return [
      `recovery${whose} of ${span(recovery.lo_ms, recovery.hi_ms)} is shorter than the ${ms(expected.lo_ms)} that the topology predicts at least: the prediction is wrong, or the fault was softer than declared`,
    ];
  });
  const once = new Set(outages?.gaps.map((gap) => `${gap.line} ${gap.round}`));
  const again = outages !== null && outages.gaps.length > once.size;
  return [...short, ...(again ? [`writes went wrong again after ${HEALTHY_MS / 1_000} s of clean ones`] : [])];
}

function ofLedger({ ledger }: Evidence): string[] {
  if (ledger === null) return [];
  const { reordered, duplicated, duplicated_across_producers: across = 0, indeterminate } = ledger.report;
  return [
    ...(reordered > 0 ? [`${several(reordered, 'write')} in another order than they were sent`] : []),
    ...(duplicated > 0 ? [`${several(duplicated, 'write')} there more than once`] : []),
    ...(across > 0
      ? [
          `${several(across, 'write')} of these under different producer ids: the client took a new one, and no broker can know that it is the same`,
        ]
      : []),
    ...(indeterminate.present > 0
      ? [
          `${several(indeterminate.present, 'write')} of unknown outcome had been applied after all, ${figure(indeterminate.absent)} had not`,
        ]
      : []),
  ];
}

function ofProbe({ record, service }: Evidence): string[] {
  const unsent = service.reduce((sum, line) => sum + line.lanes.reduce((lost, lane) => lost + lane.attempts.unsent, 0), 0);
  const stall_ms = Math.max(0, ...record.probe.segments.map((segment) => segment.longest_stall_ms));
  return [
    ...(unsent > 0 ? [`${several(unsent, 'planned write')} found no free connection and tell nothing`] : []),
    ...(stall_ms > 0 ? [`the witnesses' own longest stall was ${ms(stall_ms)}`] : []),
  ];
}

/** What one run can claim: about its own writes, and about the next fault. */
function ofClaims({ ledger }: Evidence): string[] {
  if (ledger === null || ledger.report.loss_bound === null) return [];
  return [
    `0 of ${figure(ledger.report.acked)} acknowledged writes lost bounds the loss in this run, at 95 %, below 3 in ${figure(ledger.report.acked)}`,
    'for the next fault one drill is one trial: 59 clean drills bound the loss per drill below 5 % at 95 %',
  ];
}
