import type { EtcdDrill } from '../core/drill.ts';
import { expectRecovery } from '../core/etcd/expectation.ts';
import type { Record } from '../core/record.ts';
import type { Interval } from '../core/report.ts';
import type { EtcdTopology } from '../core/topology.ts';
import { etcdLeaderLoss } from '../drills/etcd-leader-loss.ts';
import type { EtcdCluster } from '../lab/etcd/cluster.ts';
import { inLab } from '../lab/etcd.ts';
import { type Around, gapsBetween, Watch } from './etcd-watch.ts';

/** Attempts that hang until a leader is there are the resolution, so they are shorter than the drill's. */
const drill: EtcdDrill = { ...etcdLeaderLoss, load: { ...etcdLeaderLoss.load, attempt_timeout_ms: 200 } };
/** Writes are well for this long before a kill and after its election, so that each gap is its own. */
const healthy_ms = 2_000;

export interface Kill extends Interval {
  leader: string;
  /** The whole measured interval lies in the predicted one. */
  inside: boolean;
}

export interface Kills {
  heartbeat_ms: number;
  election_timeout_ms: number;
  predicted: { lo_ms: number; hi_ms: number };
  kills: Kill[];
  /** The longest that writes were gone while a killed member came back: not part of any gap. */
  longest_on_return_ms: number | null;
}

/** Kills the leader so often on one cluster under one run of the probe; each time the member comes back before the next. */
export async function killLeaders(around: Around, cluster: EtcdCluster, count: number): Promise<{ figures: Kills; record: Record }> {
  const { clock } = around;
  const lab = inLab(cluster);
  const before = await cluster.observe();
  const watch = new Watch({ ...around, cluster: lab, drill });
  const leaders: string[] = [];
  const bounds: number[] = [];
  for (let i = 0; i < count; i += 1) {
    await watch.healthy(healthy_ms, clock.now());
    const leader = (await cluster.observe()).leader;
    if (leader === null) throw new Error('writes are acknowledged and no member names the leader');
    leaders.push(leader);
    bounds.push(clock.now());
    await lab.inflict(drill, [leader], new AbortController().signal);
    await watch.healthy(healthy_ms, clock.now());
    bounds.push(clock.now());
    await cluster.bring([leader]);
    around.say(`kill ${i + 1} of ${count}: ${leader} was killed and is back`);
  }
  await watch.healthy(healthy_ms, clock.now());
  bounds.push(clock.now());
  const record = await watch.end(before, null);
  return { figures: figuresOf(before, leaders, gapsBetween(drill, record, bounds)), record };
}

/** Gaps of kills and of returns take turns. */
function figuresOf(topology: EtcdTopology, leaders: string[], gaps: Interval[]): Kills {
  const { lo_ms, hi_ms } = expectRecovery(drill, topology);
  const kills = leaders.map((leader, i): Kill => {
    const gap = gaps[2 * i] ?? { lo_ms: 0, hi_ms: null };
    // The true gap lies in the measured interval, as wide as an attempt: it was surely no later than predicted, and not surely earlier.
    return { leader, ...gap, inside: gap.hi_ms !== null && gap.hi_ms >= lo_ms && gap.hi_ms <= hi_ms };
  });
  const returns = gaps.flatMap((gap, i) => (i % 2 === 1 ? [gap.hi_ms ?? Number.POSITIVE_INFINITY] : []));
  const longest = Math.max(0, ...returns);
  return {
    heartbeat_ms: topology.heartbeat_ms,
    election_timeout_ms: topology.election_timeout_ms,
    predicted: { lo_ms, hi_ms },
    kills,
    longest_on_return_ms: Number.isFinite(longest) ? longest : null,
  };
}

/** 29 of 30 must lie inside, and as large a share of any other count. */
export function enoughInside({ kills }: Kills): boolean {
  return kills.length > 0 && kills.filter(({ inside }) => inside).length >= Math.ceil((kills.length * 29) / 30);
}
