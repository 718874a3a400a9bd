import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { aKafkaRecord } from './a-kafka-record.ts';

/** The report of the built Kafka record as a person would write it, every part that only Kafka has filled. */
export function aKafkaReport(record: Record = aKafkaRecord(), edit: (report: Report) => void = () => {}): Report {
  const report: Report = {
    version: 1,
    drill: record.drill,
    title: 'The broker that leads the busiest partition is killed',
    promise: 'Losing a broker stops writes to its partitions until the session times out, and loses no acknowledged write.',
    run: record.run,
    source: record.source,
    engine: record.engine,
    outcome: 'completed',
    verdict: 'pass',
    grade: 'A',
    why: 'recovered in 9.38 to 9.58 s, inside the expected interval, and nothing acknowledged was lost',
    as_expected: true,
    must_end: 'pass',
    checks: [
      {
        name: 'no-acknowledged-write-lost',
        verdict: 'pass',
        wanted: 'every acknowledged record read back',
        got: '0 lost of 4,563',
        why: 'each acknowledged number was read back from its partition after healing',
      },
    ],
    findings: [],
    recovery: {
      lo_ms: 9_380,
      hi_ms: 9_580,
      expected: { lo_ms: 7_000, hi_ms: 12_625 },
      limit_ms: 30_000,
      probe_period_ms: 100,
      longest_stall_ms: 4,
      classes: [
        { name: 'led', lanes: 4, lo_ms: 9_380, hi_ms: 9_580, expected: { lo_ms: 7_000, hi_ms: 12_625 } },
        { name: 'only followed', lanes: 4, lo_ms: 9_350, hi_ms: 9_540, expected: { lo_ms: 7_000, hi_ms: 11_625 } },
        { name: 'untouched', lanes: 4, lo_ms: 0, hi_ms: 0, expected: { lo_ms: 0, hi_ms: 1_000 } },
      ],
      steps: [
        { name: 'noticed', from_ms: 0, to_ms: 9_300 },
        { name: 'leader elected', from_ms: 9_300, to_ms: 9_310 },
        { name: 'client reconnected', from_ms: 9_310, to_ms: 9_490 },
        { name: 'ISR restored', from_ms: 9_490, to_ms: 25_000 },
        { name: 'preferred leaders back', from_ms: 25_000, to_ms: 31_000 },
      ],
      outages: { count: 1, longest_ms: { lo_ms: 9_380, hi_ms: 9_580 }, total_ms: { lo_ms: 9_380, hi_ms: 9_580 } },
    },
    ledger: {
      acked: 4_563,
      lost: 0,
      lost_allowed: { count: 0, why: 'the drill promises that no acknowledged write is lost' },
      duplicated: 0,
      reordered: 0,
      indeterminate: { present: 0, absent: 756 },
      failed: 0,
      lost_list: [],
      loss_bound: 3 / 4_563,
    },
    margin: { before: 1, min: 0 },
    elections: { leaders: 4, least: 2, controllers: 0, least_controllers: 0 },
    topology: {
      observed: record.topology,
      declared: ['5 brokers in 3 racks, 3 controllers', '6 partitions, replication factor 3, min ISR 2, unclean election off'],
      differences: [],
    },
    admission: record.admission,
    timeline: record.events,
    started_at: record.started_at,
    ended_at: record.ended_at,
  };
  edit(report);
  return report;
}

/** The twin that loses acknowledged records: unclean election, listed by partition and offset, duplicates the client's. */
export function aKafkaTwin(): { record: Record; report: Report } {
  const record = aKafkaRecord((each) => {
    each.drill = 'msk-rf2-min1-unclean-twin';
    each.run = 'msk-rf2-min1-unclean-twin-0001';
  });
  const report = aKafkaReport(record, (each) => {
    Object.assign(each, { verdict: 'fail', grade: 'F', must_end: 'fail F: the first broker comes back first, without the newest records' });
    each.why = 'no-acknowledged-write-lost: 37 acknowledged records are gone';
    Object.assign(each.ledger ?? {}, {
      lost: 37,
      duplicated: 5,
      duplicated_across_producers: 3,
      loss_bound: null,
      lost_list: [
        { lane: 'p3#1', ranges: [[120, 139]], partition: 3, offsets: [[1_204, 1_223]] },
        {
          lane: 'p0#0',
          ranges: [
            [391, 402],
            [404, 408],
          ],
          partition: 0,
          offsets: [[812, 828]],
        },
      ],
    });
  });
  return { record, report };
}

/** A roll over three brokers: a gap for each of them, and more elections than it needs. */
export function aKafkaRoll(): { record: Record; report: Report } {
  const record = aKafkaRecord((each) => {
    each.drill = 'msk-rolling-restart';
    each.run = 'msk-rolling-restart-0001';
    each.victims = ['broker-1', 'broker-2', 'broker-3'];
    const [one] = each.experiments;
    if (one)
      each.experiments = [0, 1, 2].map((n) => ({
        ...one,
        id: `EXP${n + 1}`,
        step: n + 1,
        start_at: (one.start_at ?? 0) + n * 12_000,
        end_at: (one.end_at ?? 0) + n * 12_000 + 3_000,
        victims: [`broker-${n + 1}`],
      }));
    each.admission = [0, 1, 2].flatMap((n) =>
      each.admission
        .filter(({ stage }) => n === 0 || stage === 'readmission')
        .map((decision) => ({
          ...decision,
          ...(n === 0 ? {} : { step: n }),
          inequality: decision.inequality.replaceAll('victim 1', `victim ${n + 1}`).replaceAll('broker-1', `broker-${n + 1}`),
        })),
    );
  });
  const report = aKafkaReport(record, (each) => {
    if (each.recovery)
      each.recovery.rounds = [
        { victims: ['broker-1'], lo_ms: 410, hi_ms: 610 },
        { victims: ['broker-2'], lo_ms: 280, hi_ms: 480 },
        { victims: ['broker-3'], lo_ms: 0, hi_ms: 150 },
      ];
    each.elections = { leaders: 14, least: 12, controllers: 0, least_controllers: 0 };
  });
  return { record, report };
}
