import { LaneLedger } from '../../core/ledger.ts';
import { OutageTracker } from '../../core/outage.ts';
import type { Lane, LaneReadback, Series, ServerAcks } from '../../core/record.ts';
import { encodeRuns } from '../../core/run-lengths.ts';

/** A simulated lane: what answers a write sent at a time, `null` when nothing does. */
export interface LanePlan {
  target: string;
  kind: Lane['kind'];
  segment: number;
  witness: 'even' | 'odd';
  from: number;
  to: number;
  period_ms: number;
  /** Times in which the witness itself does not run: what was planned then is never sent. */
  asleep?: [number, number] | undefined;
  /** Which server acknowledges a write sent at this time, or the code it fails with. */
  answer: (at: number) => { server: string } | { code: string; outcome: 'failed' | 'indeterminate'; after_ms?: number };
}

export interface SimulatedLane {
  lane: Lane;
  readback: LaneReadback;
  series: Series[];
}

/** Bins of the series, as the probe makes them. */
export const BIN_MS = 100;

/** Runs a plan through the same ledger and tracker as the probe does; latency varies with the number, never by chance. */
export function simulateLane(plan: LanePlan): SimulatedLane {
  const ledger = new LaneLedger();
  const tracker = new OutageTracker();
  const servers = new Map<string, ServerAcks>();
  const codes: { [code: string]: number } = {};
  const bins = Math.ceil((plan.to - plan.from) / BIN_MS);
  const counted = {
    ok: new Array<number>(bins).fill(0),
    failed: new Array<number>(bins).fill(0),
    indeterminate: new Array<number>(bins).fill(0),
  };
  const attempts = { ok: 0, failed: 0, indeterminate: 0, unsent: 0 };
  let last_done_at = plan.from;
  for (let n = 0; plan.from + n * plan.period_ms < plan.to; n += 1) {
    const sent_at = plan.from + n * plan.period_ms;
    if (plan.asleep !== undefined && sent_at >= plan.asleep[0] && sent_at < plan.asleep[1]) {
      ledger.mark(n, 'failed');
      attempts.unsent += 1;
      continue;
    }
    const answer = plan.answer(sent_at);
    const outcome = 'server' in answer ? 'ok' : answer.outcome;
    const done_at = sent_at + ('server' in answer ? 1.5 + (n % 7) / 10 : (answer.after_ms ?? 0.5));
    ledger.mark(n, outcome);
    tracker.add({ sent_at, done_at, ok: outcome === 'ok' });
    attempts[outcome] += 1;
    const bin = Math.floor((sent_at - plan.from) / BIN_MS);
    counted[outcome][bin] = (counted[outcome][bin] ?? 0) + 1;
    last_done_at = Math.max(last_done_at, done_at);
    if ('server' in answer) acknowledge(servers, answer.server, sent_at, done_at);
    else codes[answer.code] = (codes[answer.code] ?? 0) + 1;
  }
  const name = `${plan.target}#${plan.segment}`;
  const lane: Lane = {
    lane: name,
    target: plan.target,
    kind: plan.kind,
    segment: plan.segment,
    period_ms: plan.period_ms,
    first_send_at: plan.from,
    last_done_at,
    attempts,
    outcomes: ledger.outcomes(),
    outages: tracker.outages(),
    servers: [...servers.values()],
    codes,
    round_trip_p50_ms: attempts.ok === 0 ? null : 1.8,
    in_flight_max: 2,
  };
  const present = encodeRuns(
    ledger
      .outcomes()
      .split(' ')
      .filter((run) => run !== '')
      .map((run) => ({ letter: run.startsWith('a') ? 'p' : 'm', count: Number(run.slice(1)) })),
  );
  return { lane, readback: { lane: name, present, duplicated: 0, reordered: 0 }, series: seriesOf(plan, counted) };
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

function seriesOf(plan: LanePlan, counted: { ok: number[]; failed: number[]; indeterminate: number[] }): Series[] {
  const one = (measure: string, unit: string, points: (number | null)[]): Series => ({
    name: `${plan.target}/${measure}/${plan.witness}`,
    unit,
    start_at: plan.from,
    bin_ms: BIN_MS,
    points,
  });
  const latency = (factor: number) => counted.ok.map((acked, bin) => (acked === 0 ? null : factor * (1.5 + (bin % 5) / 10)));
  return [
    one('acked', 'count', counted.ok),
    one('failed', 'count', counted.failed),
    one('indeterminate', 'count', counted.indeterminate),
    one('p50', 'ms', latency(1)),
    one('p99', 'ms', latency(2.5)),
  ];
}
