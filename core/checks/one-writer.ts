import { silencesIn } from '../coverage.ts';
import { type Evidence, faultFrom } from '../evidence.ts';
import type { Line } from '../lines.ts';
import type { ServerAcks } from '../record.ts';
import { byName, ms } from '../words.ts';
import { type CheckRule, doubt, type Finding, fail, pass } from './check.ts';

/** Never two servers that acknowledge at once, as seen through the endpoint and on every copy directly. */
export const oneWriter: CheckRule = {
  name: 'one-writer',
  kind: 'safety',
  applies: (drill) => drill.promises.includes('one-writer'),
  wanted: (drill) =>
    drill.fault.kind === 'writer-isolation'
      ? 'no write sent after the cut acknowledged by the old writer, and never two writers'
      : 'never two servers that acknowledge writes',
  find: (evidence) => {
    const sightings = sightingsOf(evidence);
    const two = twoWriters(sightings, evidence.record.probe.clock_uncertainty_ms) ?? afterTheCut(evidence, sightings);
    if (two !== null) return two;
    const blind = unseenCopies(evidence);
    if (blind.length > 0)
      return doubt(`nobody watched ${blind.join(', ')}`, 'a second writer on a copy that nobody asks directly all along would not be seen');
    const nameless = [...evidence.service, ...evidence.pinned].find(hasNamelessAcks);
    if (nameless !== undefined)
      return doubt(`${nameless.name} does not say who acknowledged`, 'an acknowledged write of nobody knows whom may be a second writer');
    const servers = [...new Set(sightings.map((sighting) => sighting.server))].sort(byName);
    if (servers.length === 0) return doubt('no acknowledged write', 'nothing tells who the writer was');
    return pass(servers.join(', then '), 'each server stopped acknowledging before the next one began');
  },
};

interface Sighting extends ServerAcks {
  witness: string;
}

function sightingsOf({ service, pinned }: Evidence): Sighting[] {
  const sightings = [...service, ...pinned].flatMap((line) =>
    line.lanes.flatMap((lane) => lane.servers.map((server) => ({ ...server, witness: line.witness }))),
  );
  return sightings.sort((a, b) => a.first_done_at - b.first_done_at || byName(a.server, b.server) || byName(a.witness, b.witness));
}

/** An older server acknowledged a write that was sent after a newer one had completed one. */
function twoWriters(sightings: Sighting[], uncertainty_ms: number): Finding | null {
  let unordered: Finding | null = null;
  for (const older of sightings) {
    for (const newer of sightings) {
      const order = compareTerms(older, newer);
      const slack_ms = older.witness === newer.witness ? 0 : uncertainty_ms;
      const late_ms = older.last_send_at - newer.first_done_at - slack_ms;
      if (older.server === newer.server || order > 0 || late_ms <= 0) continue;
      const text = `${older.server} acknowledged a write sent ${ms(late_ms)} after ${newer.server} had completed one`;
      if (order < 0) return fail(`${older.server} and ${newer.server} at once`, text);
      const termed = termOf(older.server) !== null && termOf(newer.server) !== null;
      const beside = newer.last_send_at - older.first_done_at - slack_ms > 0;
      // One term is given once: two servers that go on side by side in it are two writers.
      if (termed && beside) return fail(`${older.server} and ${newer.server} at once`, `${text}, both in one term`);
      // Without terms each pair is looked at both ways, and the one that had ended is the older.
      if (!termed && !beside) continue;
      // Without a term a server that hands over and gets the role back looks the same as two writers.
      const untold = termed ? 'their term is the same' : 'their names carry no term to tell which is older';
      unordered ??= doubt(`${older.server} and ${newer.server} in turns`, `${text}, and ${untold}`);
    }
  }
  return unordered;
}

function afterTheCut({ drill, record, timeline }: Evidence, sightings: Sighting[]): Finding | null {
  const cut_at = timeline.confirmed_at;
  if (drill.fault.kind !== 'writer-isolation' || cut_at === null) return null;
  const old = new Set(
    sightings.filter((sighting) => sighting.first_send_at < faultFrom(timeline, record)).map((sighting) => sighting.server),
  );
  const late = sightings.find((sighting) => old.has(sighting.server) && sighting.last_send_at > cut_at + record.probe.clock_uncertainty_ms);
  if (late === undefined) return null;
  return fail(
    `${late.server} acknowledged after the cut`,
    `a write sent ${ms(late.last_send_at - cut_at)} after the cut was confirmed was acknowledged by ${late.server}`,
  );
}

/** Members of the observed topology that were not tried directly, or not for a while from the fault on. */
function unseenCopies({ drill, record, timeline, watch, pinned }: Evidence): string[] {
  const asked = (name: string): boolean => {
    const lines = pinned.filter((line) => line.target === name && line.lanes.some((lane) => sent(lane.attempts) > 0));
    if (lines.length === 0) return false;
    if (watch === null) return true;
    const window = { from: timeline.fault_at ?? watch.window.from, to: watch.window.to };
    return silencesIn(record, lines, window, drill.load.attempt_timeout_ms).length === 0;
  };
  return (record.topology?.members ?? [])
    .map((member) => member.name)
    .filter((name) => !asked(name))
    .sort(byName);
}

function sent({ ok, failed, indeterminate }: { ok: number; failed: number; indeterminate: number }): number {
  return ok + failed + indeterminate;
}

function hasNamelessAcks(line: Line): boolean {
  return line.lanes.some((lane) => lane.servers.reduce((sum, server) => sum + server.acked, 0) < lane.attempts.ok);
}

/** Below 0 when `a` is the older one; 0 when their terms do not tell. A term is the number after the last `@`. */
function compareTerms(a: ServerAcks, b: ServerAcks): number {
  const [older, newer] = [termOf(a.server), termOf(b.server)];
  return older === null || newer === null ? 0 : older - newer;
}

function termOf(server: string): number | null {
  const found = /@(\d+)$/.exec(server);
  return found?.[1] === undefined ? null : Number(found[1]);
}
