import { LaneLedger } from '../../core/ledger.ts';
import { OutageTracker } from '../../core/outage.ts';
import type { Lane, Series, ServerAcks } from '../../core/record.ts';
import type { WitnessName } from '../../probe/contract.ts';
import type { Answer } from './store.ts';

/** What one lane tries from `from` until `to`, both epoch milliseconds. */
export interface LanePlan {
  target: string;
  kind: Lane['kind'];
  segment: number;
  partition?: number | undefined;
  witness: WitnessName;
  from: number;
  to: number;
  period_ms: number;
  bin_ms: number;
  /** Times in which the witness itself does not run: what was planned then is never sent. */
  asleep?: [number, number] | undefined;
  answer(at: number): Answer;
}

/** Time between send and acknowledgement of write n: it varies with the number, never by chance. */
const round_trip_ms = (n: number): number => 1.5 + (n % 7) / 10;
const median_round_trip_ms = 1.8;

type Counted = { ok: number[]; failed: number[]; indeterminate: number[] };

/** Runs a lane's attempts through the ledger and the outage tracker that the probe itself uses. */
export function simulateLane(plan: LanePlan): { lane: Lane; series: Series[] } {
  const ledger = new LaneLedger();
  const tracker = new OutageTracker();
  const servers = new Map<string, ServerAcks>();
  const codes: { [code: string]: number } = {};
  const counted: Counted = { ok: [], failed: [], indeterminate: [] };
  const attempts = { ok: 0, failed: 0, indeterminate: 0, unsent: 0 };
  let last_done_at = plan.from;
  const count = Math.max(0, Math.ceil((plan.to - plan.from) / plan.period_ms));
  for (let n = 0; n < count; n += 1) {
    const sent_at = plan.from + n * plan.period_ms;
    if (plan.asleep !== undefined && sent_at >= plan.asleep[0] && sent_at < plan.asleep[1]) {
      ledger.mark(n, 'failed');
      attempts.unsent += 1;
      continue;
    }
    const answer = plan.answer(sent_at);
    const outcome = 'server' in answer ? 'ok' : answer.outcome;
    const done_at = sent_at + ('server' in answer ? round_trip_ms(n) : answer.after_ms);
    ledger.mark(n, outcome);
    tracker.add({ sent_at, done_at, ok: outcome === 'ok' });
    attempts[outcome] += 1;
    const bin = Math.floor((sent_at - plan.from) / plan.bin_ms);
    counted[outcome][bin] = (counted[outcome][bin] ?? 0) + 1;
    last_done_at = Math.max(last_done_at, done_at);
    if ('server' in answer) acknowledge(servers, answer.server, sent_at, done_at);
    else codes[answer.code] = (codes[answer.code] ?? 0) + 1;
  }
  const lane: Lane = {
    lane: `${plan.target}#${plan.segment}`,
    target: plan.target,
    kind: plan.kind,
    segment: plan.segment,
    ...(plan.partition === undefined ? {} : { partition: plan.partition }),
    period_ms: plan.period_ms,
    first_send_at: plan.from,
    last_done_at,
    attempts,
    outcomes: ledger.outcomes(),
    outages: tracker.outages(),
    servers: [...servers.values()],
    codes,
    round_trip_p50_ms: attempts.ok === 0 ? null : median_round_trip_ms,
    in_flight_max: Math.min(count, 2),
  };
  return { lane, series: seriesOf(plan, counted) };
}

function acknowledge(servers: Map<string, ServerAcks>, server: string, sent_at: number, done_at: number): void {
  const acks = servers.get(server) ?? {
    server,
    acked: 0,
    first_send_at: sent_at,
    first_done_at: done_at,
    last_send_at: sent_at,
    last_done_at: done_at,
  };
  servers.set(server, { ...acks, acked: acks.acked + 1, last_send_at: sent_at, last_done_at: done_at });
}

function seriesOf(plan: LanePlan, counted: Counted): Series[] {
  const bins = Math.ceil((plan.to - plan.from) / plan.bin_ms);
  const points = (counts: number[]) => Array.from({ length: bins }, (_, bin) => counts[bin] ?? 0);
  const one = (measure: string, unit: string, values: (number | null)[]): Series => ({
    name: `${plan.target}/${measure}/${plan.witness}`,
    unit,
    start_at: plan.from,
    bin_ms: plan.bin_ms,
    points: values,
  });
  const latency = (factor: number) => points(counted.ok).map((acked, bin) => (acked === 0 ? null : factor * (1.5 + (bin % 5) / 10)));
  return [
    one('acked', 'count', points(counted.ok)),
    one('failed', 'count', points(counted.failed)),
    one('indeterminate', 'count', points(counted.indeterminate)),
    one('p50', 'ms', latency(1)),
    one('p99', 'ms', latency(2.5)),
  ];
}
