import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { Decision, Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { bandsOf } from '../../report/bands.ts';
import { decidedOf } from '../../report/decided.ts';
import { renderHtml } from '../../report/html.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { windowOf } from '../../report/moments.ts';
import { partitionStories, targetsByClass, worstFirst } from '../../report/partitions.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { aRecord } from '../core/a-record.ts';
import { aKafkaRecord, KAFKA_AT, KAFKA_STARTED_AT } from './a-kafka-record.ts';
import { aKafkaReport, aKafkaRoll, aKafkaTwin } from './a-kafka-report.ts';
import { aReport } from './a-report.ts';

const look = { color: false, width: 100 };
const pass = { record: aKafkaRecord(), report: aKafkaReport() };

function pageOf({ report, record }: { report: Report; record: Record }) {
  const { document } = parseHTML(renderHtml(report, record));
  return { document, text: (selector: string) => document.querySelector(selector)?.textContent.replace(/\s+/g, ' ') ?? '' };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

describe('leaders and ISR over time', () => {
  test('two witnesses that see the same change tell it once, with how long it lasted', () => {
    const [p0, p1] = partitionStories(pass.record);
    expect(
      p0?.spells.map(({ from, leader, isr, state, elected }) => [from - KAFKA_STARTED_AT, leader, isr.length, state, elected]),
    ).toEqual([
      [150, 1, 3, 'full', false],
      [KAFKA_AT.fenced, 2, 2, 'shrunk', true],
      [KAFKA_AT.back, 2, 3, 'full', false],
      [KAFKA_AT.back + 6_000, 1, 3, 'full', true],
    ]);
    expect(p0).toMatchObject({ stood: 'led', elections: 2, fewest: 2, below_ms: 0, shrunk_ms: KAFKA_AT.back - KAFKA_AT.fenced });
    expect(p1).toMatchObject({ stood: 'untouched', elections: 0, fewest: 3, shrunk_ms: 0 });
  });

  test('a sight of an older epoch that comes late changes nothing', () => {
    const record = aKafkaRecord((each) => {
      const stale = each.topology?.store === 'msk' ? each.topology.partitions[0] : undefined;
      if (stale) each.probe.partitions?.push({ ...stale, at: KAFKA_STARTED_AT + KAFKA_AT.fenced + 900 });
    });
    expect(partitionStories(record)).toEqual(partitionStories(pass.record));
  });

  test.each([
    ['no leader', { leader: null, isr: [] }, 'leaderless'],
    ['fewer than min ISR', { isr: [2] }, 'below'],
    ['fewer than all', { isr: [2, 3] }, 'shrunk'],
  ] as const)('%s', (_, change, state) => {
    const record = aKafkaRecord((each) => {
      const sight = each.probe.partitions?.findLast(({ partition }) => partition === 0);
      if (sight) each.probe.partitions?.push({ ...sight, ...change, isr: [...change.isr], leader_epoch: 7, at: sight.at + 1_000 });
    });
    expect(partitionStories(record)[0]?.spells.at(-1)?.state).toBe(state);
    if (state !== 'shrunk') expect(worstFirst(partitionStories(record))[0]?.name).toBe('p0');
  });

  test('classes of partitions by what the victims were to them, and none where there are no partitions', () => {
    expect(targetsByClass(pass.report, pass.record).map(([name, targets]) => [name, [...targets].join()])).toEqual([
      ['led', 'p0,p5'],
      ['only followed', 'p3,p4'],
      ['untouched', 'p1,p2'],
    ]);
    expect([targetsByClass(aReport(), aRecord()), partitionStories(aRecord())]).toEqual([[], []]);
  });
});

describe('the page', () => {
  test('says which partition had how many in sync when, in a plot and in tables', () => {
    const { document, text } = pageOf(pass);
    const plot = document.querySelector('#partitions svg');
    expect(plot?.getAttribute('aria-label')).toContain('p0 leader 1 with 3 of 3 in sync');
    expect(plot?.textContent).toContain('leader 1, 3/3 in sync');
    expect(text('#partitions table')).toContain('p0led1 → 2 → 122 of 3never15.7 syes');
    expect(text('#partitions details')).toContain('+9.300 sp0252, 32 elected; 1 left the ISR');
    expect(text('#partitions details')).toContain('+31.000 sp0161, 2, 31 elected, the preferred leader');
    expect(text('#partitions')).toContain('elections of a leader: 4 (the fault needs at least 2)');
  });

  test('has one chart of all lanes and one panel for each class', () => {
    const { document, text } = pageOf(pass);
    const names = [...document.querySelectorAll('#timeline svg')].map((svg) => svg.getAttribute('aria-label') ?? '');
    expect(names.filter((name) => name.startsWith('Acknowledged, failed and indeterminate records a second'))).toHaveLength(1);
    expect(
      names.filter((name) => name.startsWith('Records a second on the partitions of one class')).map((name) => name.split(': ').at(-1)),
    ).toEqual(['p0, p5', 'p3, p4', 'p1, p2']);
    expect(text('#timeline figcaption')).toContain('Records over all partitions in bins of 500 ms');
  });

  test('speaks of records, racks and partitions, and never of copies', () => {
    const { text } = pageOf(pass);
    expect(text('#ledger')).toContain('acknowledged4,563 records');
    expect(text('.figures')).toContain('120 records/sover all partitions');
    expect(text('#topology')).toContain('topic drill, 6 partitions, replication factor 3');
    expect(text('#topology')).toContain('MemberRackRoleHealthy');
    expect(text('body')).not.toMatch(/cop(y|ies)|service endpoint/);
  });

  test('lists every class with its interval, and the arithmetic of every partition', () => {
    const { text } = pageOf(pass);
    expect(text('#recovery')).toContain('led49.38 to 9.58 s7.00 to 12.6 s');
    expect(text('#recovery')).toContain('untouched40 ms0 ms to 1.00 sas expected');
    for (const { inequality } of pass.report.admission) expect(text('#admission')).toContain(inequality);
  });

  test('lists what was lost by partition and offset, and whose the duplicates are', () => {
    const { text } = pageOf(aKafkaTwin());
    expect(text('#ledger')).toContain('p0812-828p0#0391-402, 404-40817 records');
    expect(text('#ledger')).toContain("3 of them under different producer ids: the client's doing");
  });
});

describe('the terminal', () => {
  test('shows the worst partitions and says how many more', () => {
    const text = renderTerminal(pass.report, pass.record, look);
    expect(oneLine(text)).toContain('p0 led; leader 1, then 2 from +9.300 s, then 1 from +31.000 s; 2 of 3 in sync at the fewest');
    expect(text).toContain('and 2 more, none worse; all of them are on the page');
    expect(oneLine(text)).toContain('only followed (4 lanes): 9.35 to 9.54 s, expected 7.00 to 11.6 s: as expected');
  });

  test('lost records by partition and offset, duplicates named', () => {
    const { report, record } = aKafkaTwin();
    const text = oneLine(renderTerminal(report, record, look));
    expect(text).toContain('p0: offsets 812-828 (numbers 391-402, 404-408 of lane p0#0) p3: offsets 1204-1223');
    expect(text).toContain("5, 3 of them under different producer ids: the client's doing");
  });

  test('a roll tells each step, and the arithmetic of many partitions is cut', () => {
    const { report, record } = aKafkaRoll();
    const text = oneLine(renderTerminal(report, record, look));
    expect(text).toContain('2 of 3, broker-2: worst gap 280 to 480 ms');
    expect(text).toContain('step 2 broker-kill hits broker-2');
    expect(text).toMatch(/partitions topic drill p0: .* and 8 more, none worse/);
    expect(text).toContain('of a leader: 14 (the fault needs at least 12)');
  });

  test('what another configuration would have cost is called computed', () => {
    const report = aKafkaReport(pass.record, (each) => {
      const compared = [{ name: 'RF 3, min ISR 2', expected: { lo_ms: 7_000, hi_ms: 12_625 }, why: 'two of three stay in sync' }];
      Object.assign(each.recovery ?? {}, { compared, stopped: { lo_ms: 61_000, hi_ms: 62_000 } });
    });
    expect(oneLine(renderTerminal(report, pass.record, look))).toContain(
      'beside it RF 3, min ISR 2 would stop writes for 7.00 to 12.6 s, computed and not measured, instead of 61.0 to 62.0 s (two of three',
    );
    expect(pageOf({ report, record: pass.record }).text('#recovery')).toContain(
      'Here61.0 to 62.0 sRF 3, min ISR 27.00 to 12.6 s, computed',
    );
    expect(renderMarkdown(report)).toContain('beside it: RF 3, min ISR 2');
  });

  test.each([60, 80, 100])('at %i columns no line is wider', (width) => {
    for (const { report, record } of [pass, aKafkaTwin(), aKafkaRoll()])
      for (const line of renderTerminal(report, record, { color: false, width }).split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(width);
  });
});

test('markdown cuts the partitions, worst first, and counts the rest', () => {
  const text = renderMarkdown(aKafkaRoll().report);
  expect(text.match(/\| topic drill p\d/g)).toHaveLength(5);
  expect(text).toContain('and 7 more');
  expect(text).toContain('elections of a leader: 14');
});

test('admission is told once, the partition with the least room first, a refusal before all', () => {
  const line = (inequality: string, admit = true): Decision => ({ at: 0, stage: 'plan', admit, inequality, margin: 0, victims: [] });
  const { whole, partitions } = decidedOf([
    line('broker-kill hits broker-1: 1 >= 1: admit'),
    line('topic t p0: ISR {1,2,3}, min ISR 1, victim 1: 2 >= 1: admit (margin 1)'),
    line('topic t p1: ISR {1,2}, min ISR 1, victim 1: 1 >= 1: admit (margin 0)'),
    { ...line('topic t p1: ISR {1,2}, min ISR 1, victim 1: 1 >= 1: admit (margin 0)'), stage: 'readmission' },
    line('topic t p2: ISR {1}, min ISR 1, victim 1: 0 < 1: refuse', false),
  ]);
  expect(whole).toHaveLength(1);
  expect(partitions.map(({ inequality, when }) => [inequality.slice(8, 10), when])).toEqual([
    ['p2', 'plan'],
    ['p1', 'each time'],
    ['p0', 'plan'],
  ]);
});

test('each class that was hit has an outage of its own, and each step of a roll its fault', () => {
  const window = windowOf(pass.record) ?? { from: 0, to: 0 };
  expect(bandsOf(pass.report, pass.record, window).map(({ kind, label, row }) => [row, kind, label.split(':')[0]])).toEqual([
    [0, 'fault', 'fault, the experiment ran 40 ms'],
    [1, 'down', 'led'],
    [2, 'down', 'only followed'],
    [3, 'expected', 'writes expected back after 7.00 to 12.6 s (limit 30 s)'],
  ]);
  const { report, record } = aKafkaRoll();
  const faults = bandsOf(report, record, window).filter(({ kind }) => kind === 'fault');
  expect(faults.map(({ from_s, label }) => [from_s, label])).toEqual([
    [0, ''],
    [12, ''],
    [24, 'fault, 3 steps'],
  ]);
});
