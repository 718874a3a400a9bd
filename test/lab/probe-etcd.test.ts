import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cut, type CutKind, judge, type Reported } from '../../bench/intervals.ts';
import { LaneLedger } from '../../core/ledger.ts';
import { Link } from '../../lab/link.ts';
import type { Segment, SegmentResult, Target } from '../../probe/contract.ts';
import { EtcdConnection } from '../../probe/etcd/connection.ts';
import { membersOf, membersText } from '../../probe/etcd/members.ts';
import { runSegment } from '../../probe/witness.ts';
import { AnEtcd } from './an-etcd.ts';

let etcd: AnEtcd;

beforeAll(async () => {
  // Busy processors must not make elections of their own.
  etcd = await AnEtcd.start('probe-intervals', { voters: 3, election_timeout_ms: 5000 });
});

afterAll(() => etcd.stop());

const attempt_timeout_ms = 250;
const rate_hz = 50;
const outages = 20;
/** Long enough that an outage is over for the probe before the next begins. */
const healthy_ms = 400;
const lengths_ms = [130, 170, 210, 270, 340, 410, 480, 550];
const most_rounds = 16;
/** A member that takes longer than this to let anybody in is in trouble of its own. */
const slow_connect_ms = 100;
const far_ms = 400;

/** One lane's way to every member. */
interface Way {
  kind: CutKind;
  open: boolean;
  links: Link[];
  target: Target;
}

async function aWay(kind: CutKind): Promise<Way> {
  const way: Way = { kind, open: true, links: [], target: { name: kind, kind: 'service', url: '', rate_hz, connections: 20 } };
  const names = etcd.cluster.voters.map(({ name }) => name);
  way.links = await Promise.all(names.map((name) => Link.open('probe', name, () => (way.open ? etcd.port(name) : null))));
  way.target.url = membersText(way.links.map(({ to, port }) => ({ name: to, url: `http://127.0.0.1:${port}` })));
  return way;
}

/** Cuts the way to all members at once, again and again: every cut as it really was. */
async function cut(way: Way): Promise<Cut[]> {
  const { clock } = etcd;
  const cuts: Cut[] = [];
  for (const length_ms of lengths_ms) {
    await clock.sleep(healthy_ms);
    const from = clock.now();
    way.open = way.kind !== 'reset';
    for (const link of way.links) way.kind === 'reset' ? link.reset() : link.cut();
    await clock.sleep(length_ms);
    way.open = true;
    // What was lost stays lost and nobody is told: a reset would be news that vanished packets do not bring.
    for (const link of way.links) link.heal(false);
    cuts.push({ from, to: clock.now() });
  }
  await clock.sleep(healthy_ms);
  return cuts;
}

/** One segment over these targets that ends when `during` does. */
async function watched<T>(
  targets: Target[],
  segment_number: number,
  during: () => Promise<T>,
): Promise<{ told: T; result: SegmentResult }> {
  const { clock } = etcd;
  const protocol = { name: 'etcd' as const };
  const stop_at = clock.now() + 170_000;
  const segment: Segment = {
    run: 'run',
    witness: 'even',
    segment: segment_number,
    protocol,
    targets,
    attempt_timeout_ms,
    stop_at,
    beat_every_ms: 100,
    bin_ms: 200,
  };
  let stop = false;
  const link = { beat: async () => ({ stop }), checkpoint: async () => undefined };
  const running = runSegment(segment, await etcd.driver(), clock, link);
  const told = await during();
  stop = true;
  return { told, result: await running };
}

/** Lets itself in at every member again and again until `done`: the times in which that was slow. */
async function slowConnects(done: () => boolean): Promise<Cut[]> {
  const slow: Cut[] = [];
  for (const members = membersOf(etcd.url()); !done(); await etcd.clock.sleep(50)) {
    const from = etcd.clock.now();
    const connections = members.map((member) => new EtcdConnection(member, {}, () => undefined));
    await Promise.all(connections.map((connection) => connection.connect()));
    for (const connection of connections) connection.destroy();
    if (etcd.clock.now() - from > slow_connect_ms) slow.push({ from, to: etcd.clock.now() });
  }
  return slow;
}

/** Those far from any other trouble, be it the members' or the witness's own: of the others nobody knows the truth. */
function undisturbed(cuts: Cut[], troubles: Cut[]): Cut[] {
  return cuts.filter(({ from, to }) => !troubles.some((one) => one.from < to + far_ms && one.to > from - far_ms));
}

/** Cuts each way some times, under a lane that goes straight to the members: what was reported of the cuts whose truth is known. */
async function round(ways: Way[], segment: number): Promise<Reported[]> {
  const straight: Target = { name: 'straight', kind: 'service', url: etcd.url(), rate_hz, connections: 20 };
  const { told, result } = await watched([straight, ...ways.map(({ target }) => target)], segment, async () => {
    let over = false;
    const slow = slowConnects(() => over);
    const cuts = await Promise.all(ways.map(cut));
    over = true;
    return { cuts, slow: await slow };
  });
  const [control, ...lanes] = result.lanes;
  const unserved = (control?.outages ?? []).map(({ start, end }) => ({ from: start[0], to: end?.[1] ?? Number.POSITIVE_INFINITY }));
  const troubles = [...unserved, ...result.record.stalls, ...told.slow];
  return lanes.flatMap((lane, i) => judge((ways[i] as Way).kind, rate_hz, lane, undisturbed(told.cuts[i] ?? [], troubles)).reported);
}

test('the true start, end and length of every outage lie in the interval reported: 20 by reset, 20 by silence', async () => {
  const ways = await Promise.all((['reset', 'vanish'] as const).map(aWay));
  const all: Reported[] = [];
  const enough = (kind: CutKind) => all.filter((one) => one.kind === kind).length >= outages;
  for (let n = 0; n < most_rounds && !(enough('reset') && enough('vanish')); n += 1) all.push(...(await round(ways, n)));
  await Promise.all(ways.flatMap(({ links }) => links.map((link) => link.close())));
  expect(all.filter(({ inside, edges_inside }) => !inside || !edges_inside).map((one) => JSON.stringify(one))).toEqual([]);
  expect([enough('reset'), enough('vanish')]).toEqual([true, true]);
});

test('through the loss of a leader nothing acknowledged is lost, no linearizable read is stale, and every lane goes on', async () => {
  const all = etcd.url();
  const lane = (name: string, kind: Target['kind'], url = all): Target => ({ name, kind, url, rate_hz, connections: 20 });
  const own = etcd.cluster.voters.map(({ name }) => lane(name, 'serializable', etcd.url(name)));
  const leader = await etcd.leader();
  const { result } = await watched([lane('writes', 'service'), lane('reads', 'read'), ...own], 0, async () => {
    await etcd.clock.sleep(1000);
    await etcd.cluster.lose([leader]);
    await etcd.clock.sleep(500);
    while ((await etcd.leader()) === 'none') await etcd.clock.sleep(50);
    await etcd.cluster.restore();
    await etcd.clock.sleep(1000);
  });
  const [writes, reads, ...alone] = result.lanes;
  if (!writes || !reads) throw new Error('no lane');
  const { ok, failed, indeterminate, unsent } = writes.attempts;
  const [found] = await (await etcd.driver()).readback(all, 'run', [{ lane: writes.lane, count: ok + failed + indeterminate + unsent }]);
  expect(LaneLedger.from(writes.outcomes, found?.present).compare()).toMatchObject({ acked: ok, lost: 0, failed_present: 0 });
  expect(reads.stale_reads).toMatchObject({ count: 0, first: null });
  expect(reads.stale_reads?.compared).toBeGreaterThan(ok / 2);
  for (const { outages } of [writes, reads]) expect(outages.map(({ end }) => end === null)).not.toContain(true);
  const terms = new Set(writes.servers.map(({ server }) => server.split('@')[1]));
  expect(terms.size).toBe(2);
  // The members that stayed took connections all the while.
  const refused = alone.filter(({ codes }) => codes.ECONNREFUSED !== undefined);
  expect(refused.map(({ target }) => target)).toEqual([leader]);
});
