import type { Lane, Outage, Record, Stall } from './record.ts';
import { byName } from './words.ts';

/** One witness's view of one target through the whole run: its lanes, one for each segment, end to end. */
export interface Line {
  name: string;
  witness: 'even' | 'odd';
  target: string;
  lanes: Lane[];
  /** Oldest first; only the last one may be open. */
  outages: Outage[];
  /** Times in which the witness really watched: from first send to last completion, without its own stalls. */
  watched: [from: number, to: number][];
  last_done_at: number;
}

/** A witness that did not run for longer than this watched nothing meanwhile. */
export const STALL_MS = 250;

/** The lines of one kind of lane, in the order of their names whatever the order of the lanes. */
export function linesOf(record: Record, kind: Lane['kind']): Line[] {
  const witnessOf = new Map(record.probe.segments.map((segment) => [segment.segment, segment]));
  const lines = new Map<string, Line>();
  const lanes = record.probe.lanes
    .filter((lane) => lane.kind === kind)
    .sort((a, b) => a.first_send_at - b.first_send_at || byName(a.lane, b.lane));
  for (const lane of lanes) {
    const segment = witnessOf.get(lane.segment);
    if (segment === undefined) continue;
    const name = `${lane.target}/${segment.witness}`;
    const line = lines.get(name) ?? {
      name,
      witness: segment.witness,
      target: lane.target,
      lanes: [],
      outages: [],
      watched: [],
      last_done_at: 0,
    };
    append(line, lane, segment.stalls);
    lines.set(name, line);
  }
  return [...lines.values()].sort((a, b) => byName(a.name, b.name));
}

function append(line: Line, lane: Lane, stalls: Stall[]): void {
  const open = line.outages.at(-1);
  if (open !== undefined && open.end === null) {
    line.outages.pop();
    line.outages.push(...carriedOver(open, lane));
  } else line.outages.push(...lane.outages);
  line.lanes.push(lane);
  line.watched.push(...without(lane.first_send_at, lane.last_done_at, stalls));
  line.last_done_at = Math.max(line.last_done_at, lane.last_done_at);
}

/** An outage in which a segment ended goes on into the next one, up to that one's first acknowledged write. */
function carriedOver(open: Outage, lane: Lane): Outage[] {
  const [first, ...rest] = lane.outages;
  const startedDown = first !== undefined && first.start[0] === lane.first_send_at;
  if (startedDown) return [{ start: open.start, end: first.end, attempts: open.attempts + first.attempts }, ...rest];
  const oks = lane.servers.map((server) => server.first_done_at);
  const end: Outage['end'] = oks.length === 0 ? null : [open.start[1], Math.min(...oks)];
  return [{ start: open.start, end, attempts: open.attempts }, ...lane.outages];
}

function without(from: number, to: number, stalls: Stall[]): [number, number][] {
  const watched: [number, number][] = [];
  let at = from;
  for (const stall of [...stalls].sort((a, b) => a.from - b.from)) {
    if (stall.to - stall.from <= STALL_MS || stall.to <= at || stall.from >= to) continue;
    if (stall.from > at) watched.push([at, stall.from]);
    at = stall.to;
  }
  if (at < to) watched.push([at, to]);
  return watched;
}
