import { describe, expect, test } from 'vitest';
import { evidenceOf } from '../../core/evidence.ts';
import { grade } from '../../core/grade.ts';
import { linesOf } from '../../core/lines.ts';
import type { Lane, Record, Stall } from '../../core/record.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { AT, aRecord, laneOf, STARTED_AT, topologyOf } from './a-record.ts';

const at = (after_ms: number) => STARTED_AT + after_ms;
const coverageOf = (record: Record) => grade(auroraFailover, record).checks.find((check) => check.name === 'coverage');
const stalled = (...perWitness: Stall[][]) =>
  aRecord((record) => {
    for (const [index, stalls] of perWitness.entries()) record.probe.segments[index]?.stalls.push(...stalls);
  });
const stall = (from: number, to: number): Stall => ({ from: at(from), to: at(to) });

/** Ends a witness's lanes early, as a checkpoint of a dead witness would. */
function kill(record: Record, segment: number, died_at: number): void {
  for (const each of record.probe.segments) {
    if (each.segment !== segment) continue;
    each.died = true;
    each.to = at(died_at);
  }
  for (const lane of record.probe.lanes) if (lane.segment === segment) lane.last_done_at = Math.min(lane.last_done_at, at(died_at));
}

/** What the odd witness left of the series after it died. */
function silence(record: Record, witness: string, from: number): void {
  for (const series of record.series) {
    if (!series.name.endsWith(`/${witness}`)) continue;
    series.points = series.points.map((point, bin) => (series.start_at + bin * series.bin_ms >= at(from) ? null : point));
  }
}

describe('coverage', () => {
  test.each([
    ['before ten clean seconds were seen', AT.up + 3_000, 'inconclusive'],
    ['after them', AT.stop, 'pass'],
  ])('healing %s', (_, healing_ms, verdict) => {
    const record = aRecord((each) => each.events.push({ at: at(healing_ms), what: 'healing', text: 'halted' }));
    expect(coverageOf(record)?.verdict).toBe(verdict);
  });

  // A machine that pauses just when the drill ends tells nothing about the fault, which the ten seconds before have answered.
  test.each([
    ['after watching was over', AT.stop + 100, 'pass'],
    ['before, though ten clean seconds had passed', AT.stop - 100, 'inconclusive'],
  ])('trouble known %s', (_, known_ms, verdict) => {
    const record = aRecord((each) => {
      const halted_at = at(AT.stop);
      each.events.push({ at: halted_at, what: 'halted', text: 'done' }, { at: halted_at + 100, what: 'healing', text: 'halted by done' });
      for (const lane of each.probe.lanes.filter(({ kind }) => kind === 'service')) {
        lane.outages.push({ start: [at(known_ms - 250), at(known_ms)], end: [at(known_ms + 200), at(known_ms + 300)], attempts: 5 });
        lane.last_done_at = at(AT.stop + 500);
      }
    });
    expect(coverageOf(record)?.verdict).toBe(verdict);
  });

  test('trouble known after watching was over counts where no healthy run came before it', () => {
    const record = aRecord((each) => {
      each.events.push({ at: at(AT.up + 5_000), what: 'halted', text: 'deadline' });
      for (const lane of each.probe.lanes.filter(({ kind }) => kind === 'service'))
        lane.outages.push({ start: [at(AT.up + 5_100), at(AT.up + 5_300)], end: [at(AT.up + 5_400), at(AT.up + 5_500)], attempts: 5 });
    });
    const outages = evidenceOf(auroraFailover, record).outages;
    expect(outages?.count).toBe(2);
  });

  test('one witness is enough, and its death is told', () => {
    const record = aRecord((each) => {
      kill(each, 1, 9_000);
      silence(each, 'odd', 9_000);
    });
    expect(coverageOf(record)).toMatchObject({ verdict: 'pass', why: 'witness odd died in segment 1' });
  });

  test.each<[string, Record, string]>([
    ['both stalled at once', stalled([stall(9_000, 9_400)], [stall(9_100, 9_600)]), 'from 4,060 to 4,360 ms after'],
    ['across the end of the outage', stalled([stall(5_400, 5_800)], [stall(5_400, 5_800)]), 'from 360 to 760 ms after'],
    ['across its start', stalled([stall(5_000, 5_300)], [stall(5_000, 5_300)]), 'from -40 to 260 ms after'],
    [
      'both died before ten clean seconds',
      aRecord((record) => {
        kill(record, 0, 12_000);
        kill(record, 1, 12_500);
      }),
      'from 7,460 to 11,000 ms after the fault, where an outage could begin or end; witness even died in segment 0, witness odd died in segment 1',
    ],
    [
      'series without a single attempt by either',
      aRecord((record) => {
        for (const series of record.series) {
          if (/^writer\/(acked|failed|indeterminate)\//.test(series.name))
            series.points = series.points.map((point, bin) => (bin >= 80 && bin < 90 ? 0 : point));
        }
      }),
      'from 3,965 to 4,960 ms after',
    ],
  ])('a hole is named with its times: %s', (_, record, times) => {
    expect(coverageOf(record)?.verdict).toBe('inconclusive');
    expect(coverageOf(record)?.why).toContain(times);
    expect(grade(auroraFailover, record).grade).toBe('C');
  });

  test.each<[string, Record]>([
    ['one stalled, then the other', stalled([stall(9_000, 9_400)], [stall(9_500, 9_900)])],
    ['both stalled for a quarter of a second', stalled([stall(9_000, 9_250)], [stall(9_000, 9_250)])],
    ['both stalled while writes were known to be down', stalled([stall(5_100, 5_500)], [stall(5_100, 5_500)])],
    ['both stalled long before the fault', stalled([stall(1_500, 2_500)], [stall(1_500, 2_500)])],
  ])('no hole: %s', (_, record) => {
    expect(coverageOf(record)?.verdict).toBe('pass');
  });

  test('what nobody watched widens the recovery', () => {
    const { recovery } = grade(auroraFailover, stalled([stall(9_000, 9_400)], [stall(9_000, 9_400)]));
    expect(recovery).toMatchObject({ lo_ms: 519.5, hi_ms: 941.9 });
  });
});

describe('a line', () => {
  /** The even witness as two segments, the second one started while writes were down. */
  function inTwo(record: Record, second: Partial<Lane>): Record {
    const lane = laneOf(record, 'writer#0');
    const [outage] = lane.outages;
    const [old, fresh] = lane.servers;
    if (outage === undefined || old === undefined || fresh === undefined) throw new Error('no outage');
    const restart = at(AT.down + 300);
    const next: Lane = { ...lane, lane: 'writer#2', segment: 2, first_send_at: restart, servers: [fresh], ...second };
    Object.assign(lane, { last_done_at: restart, outages: [{ ...outage, end: null }], servers: [old] });
    record.probe.lanes.push(next);
    const [segment] = record.probe.segments;
    if (segment !== undefined) record.probe.segments.push({ ...segment, segment: 2, from: restart });
    return record;
  }

  test('an outage in which a segment ended goes on into the next one', () => {
    const whole = laneOf(aRecord(), 'writer#0').outages[0];
    const down = inTwo(aRecord(), { outages: [{ start: [at(AT.down + 300), at(AT.down + 301)], end: whole?.end ?? null, attempts: 23 }] });
    const [line] = linesOf(down, 'service');
    expect(line?.outages).toEqual([{ start: whole?.start, end: whole?.end, attempts: 76 }]);
    expect(line?.lanes.map((lane) => lane.lane)).toEqual(['writer#0', 'writer#2']);
  });

  test('or ends with the first acknowledged write of the next one', () => {
    const record = inTwo(aRecord(), { outages: [] });
    const whole = laneOf(aRecord(), 'writer#0');
    expect(linesOf(record, 'service')[0]?.outages).toEqual([
      { start: whole.outages[0]?.start, end: [whole.outages[0]?.start[1], whole.servers[1]?.first_done_at], attempts: 53 },
    ]);
  });
});

describe('findings', () => {
  const findingsOf = (edit: (record: Record) => void, story = {}) => grade(auroraFailover, aRecord(edit, story)).findings.join('\n');

  test('a recovery below what the topology predicts is told, and still an A', () => {
    const report = grade(
      auroraFailover,
      aRecord(() => {}, { up: AT.down + 100 }),
    );
    expect([report.grade, report.findings[0]]).toEqual([
      'A',
      expect.stringContaining('is shorter than the 256 ms that the topology predicts at least'),
    ]);
  });

  test.each<[string, (record: Record) => void, string]>([
    [
      'asynchronous commit',
      (record) => {
        topologyOf(record).commit = { mode: 'asynchronous' };
      },
      'asynchronous commit: the writer alone holds',
    ],
    [
      'what is not as declared',
      (record) => {
        record.topology?.members.pop();
      },
      'topology is not as declared: copies: declared 6, observed 5',
    ],
    [
      'another order',
      (record) => {
        for (const readback of record.readback ?? []) readback.reordered = 2;
      },
      '28 writes in another order',
    ],
    [
      'doubt that was applied',
      (record) => {
        const lane = laneOf(record, 'writer#0');
        lane.outcomes = 'a406 i53 a1141';
        for (const readback of record.readback ?? []) if (readback.lane === 'writer#0') readback.present = 'p410 m49 p1141';
      },
      '4 writes of unknown outcome had been applied after all, 49 had not',
    ],
    ['one drill is one trial', () => {}, 'one drill is one trial'],
  ])('%s', (_, edit, text) => {
    expect(findingsOf(edit)).toContain(text);
  });
});
