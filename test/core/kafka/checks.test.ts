import { describe, expect, test } from 'vitest';
import type { KafkaDrill } from '../../../core/drill.ts';
import { grade } from '../../../core/grade.ts';
import type { Record } from '../../../core/record.ts';
import type { Report } from '../../../core/report.ts';
import { mskAcks1 } from '../../../drills/msk-acks1.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskControllersRolling } from '../../../drills/msk-controllers-rolling.ts';
import { mskQuorumLoss } from '../../../drills/msk-quorum-loss.ts';
import { mskRf2Min1UncleanTwin } from '../../../drills/msk-rf2-min1-unclean-twin.ts';
import { mskRf2Min2 } from '../../../drills/msk-rf2-min2.ts';
import { mskRollingHastyTwin } from '../../../drills/msk-rolling-hasty-twin.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { mskThinLoadTwin } from '../../../drills/msk-thin-load-twin.ts';
import { event, FAULT, loseTail, partitionLane, STARTED_AT } from './a-kafka-record.ts';
import { aControllersRoll, aLoss, anAcks1Loss, anUncleanLoss, aReboot, aRoll, aStop, kafkaRuns, stepAt } from './variants.ts';

const runOf = (drill: KafkaDrill): Record => {
  const found = kafkaRuns.find(([each]) => each.name === drill.name);
  if (found === undefined) throw new Error(`no run of ${drill.name}`);
  return found[1]();
};
const check = (report: Report, name: string) => report.checks.find((each) => each.name === name);
const edited = (record: Record, edit: (record: Record) => void): Record => {
  edit(record);
  return record;
};

describe('full ISR between the steps of a roll', () => {
  test('names the broker that was taken too early', () => {
    const report = grade(mskRollingHastyTwin, runOf(mskRollingHastyTwin));
    expect(report.grade).toBe('D');
    expect(check(report, 'full-isr-between-steps')).toMatchObject({
      verdict: 'fail',
      got: 'broker-2 stopped while p0 had ISR {2,3} of {1,2,3}',
    });
  });

  test('a broker that was waited for is none', () => {
    expect(check(grade(mskRollingRestart, aRoll()), 'full-isr-between-steps')).toMatchObject({ verdict: 'pass', got: '3 brokers stopped' });
  });

  test('only the end of a process on record: what it left behind itself does not count', () => {
    const record = edited(aRoll(), (each) => {
      each.events = each.events
        .filter(({ what }) => what !== 'member-stopping')
        .map((one) => (one.what === 'member-lost' ? { ...one, at: one.at + 1_000 } : one));
    });
    expect(check(grade(mskRollingRestart, record), 'full-isr-between-steps')?.verdict).toBe('pass');
  });

  test('a step that begins before the last one is in sync is D', () => {
    const hurried = aRoll({
      gone: [
        { at: stepAt(0) + 300, ids: [1] },
        { at: stepAt(1) + 300, ids: [1, 2] },
        { at: stepAt(1) + 9_000, ids: [] },
        { at: stepAt(2) + 300, ids: [3] },
        { at: stepAt(2) + 9_000, ids: [] },
      ],
    });
    expect(grade(mskRollingRestart, hurried)).toMatchObject({
      grade: 'D',
      why: expect.stringContaining('broker-2 stopped while p0 had ISR {2,3}'),
    });
  });

  test('without any sight of a partition nothing is known', () => {
    const blind = edited(aRoll(), (record) => void record.probe.partitions?.splice(0));
    expect(check(grade(mskRollingRestart, blind), 'full-isr-between-steps')?.verdict).toBe('inconclusive');
    const silent = edited(aRoll(), (record) => {
      record.events = record.events.filter(({ what }) => what !== 'member-stopping' && what !== 'member-lost');
    });
    expect(check(grade(mskRollingRestart, silent), 'full-isr-between-steps')?.verdict).toBe('inconclusive');
  });
});

describe('elections', () => {
  test('a roll is counted against the fewest it can be had with', () => {
    const report = grade(mskRollingRestart, aRoll());
    // Two partitions begin on the broker that goes first, and move twice; the other four once.
    expect(report.elections).toEqual({ leaders: 10, least: 8, controllers: 0, least_controllers: 0 });
    expect(check(report, 'no-election-storm')).toMatchObject({ verdict: 'pass', got: '10 elections, at least 8' });
  });

  test('leaders elected again and again are D', () => {
    const storm = edited(aRoll(), (record) => {
      for (const sight of record.probe.partitions ?? []) if (sight.at >= STARTED_AT + stepAt(2)) sight.leader_epoch += 4;
    });
    expect(grade(mskRollingRestart, storm)).toMatchObject({ grade: 'D', why: expect.stringContaining('no-election-storm') });
  });

  test('a time without any leader is no election', () => {
    const record = aLoss(mskBrokerLoss, [1]);
    const [before] = record.probe.partitions?.filter(({ partition }) => partition === 0) ?? [];
    if (before === undefined) throw new Error('no sight of p0');
    const counted = grade(mskBrokerLoss, record).elections?.leaders;
    record.probe.partitions?.push({ ...before, at: STARTED_AT + FAULT + 9_000, leader: null, leader_epoch: 4 });
    for (const sight of record.probe.partitions ?? [])
      if (sight.partition === 0 && sight.leader !== null && sight.leader_epoch === 4) sight.leader_epoch = 5;
    expect(grade(mskBrokerLoss, record).elections?.leaders).toBe(counted);
  });

  test.each<[number, string]>([
    [1, 'pass'],
    [2, 'pass'],
    [3, 'fail'],
    [0, 'inconclusive'],
  ])('%i controller elections in a roll of controllers: %s', (count, verdict) => {
    const record = edited(aControllersRoll(), (each) => {
      each.events = each.events.filter(({ what }) => what !== 'controller-elected');
      for (let nth = 0; nth < count; nth += 1)
        each.events.push(event(stepAt(2) + 900 + nth, 'controller-elected', 'elected', 'controller-101'));
    });
    expect(check(grade(mskControllersRolling, record), 'no-election-storm')?.verdict).toBe(verdict);
  });
});

describe('admission of a roll, step by step', () => {
  const admittedOf = (record: Record) => check(grade(mskRollingRestart, record), 'admitted');

  test('each experiment hit whom its own re-admission admitted', () => {
    expect(admittedOf(aRoll())).toMatchObject({ verdict: 'pass', got: 'hit broker-1, broker-2, broker-3' });
  });

  test.each<[string, (record: Record) => void, string]>([
    [
      'another victim in the middle',
      ({ experiments }) => void experiments[1]?.victims?.splice(0, 1, 'broker-3'),
      'hit broker-3, admitted broker-2',
    ],
    ['nobody in the middle', ({ experiments }) => void experiments[1]?.victims?.splice(0), 'nobody was hit'],
    [
      'a step that nobody admitted',
      (record) => void record.admission.splice(0, record.admission.length, ...record.admission.filter(({ step }) => step !== 2)),
      'a decision is missing',
    ],
    [
      'an old re-admission',
      ({ experiments }) => Object.assign(experiments[2] ?? {}, { start_at: STARTED_AT + stepAt(3) + 40_000 }),
      're-admitted 65,050 ms before the fault',
    ],
  ])('in doubt: %s', (_, edit, got) => {
    expect(admittedOf(edited(aRoll(), edit))).toMatchObject({ verdict: 'inconclusive', got });
  });
});

describe('below min ISR', () => {
  test('only its partitions must stop, and recovery counts from the return', () => {
    const report = grade(mskRf2Min2, runOf(mskRf2Min2));
    expect(report.recovery?.classes.map(({ name, lanes }) => [name, lanes])).toEqual([
      ['below min ISR', 8],
      ['untouched', 4],
    ]);
    expect(report.recovery?.lo_ms).toBeLessThan(6_300);
    expect(report.recovery?.stopped?.lo_ms).toBeGreaterThan(60_000);
    expect(report.recovery?.compared).toEqual([
      { name: 'RF 3, min ISR 2', expected: { lo_ms: 7_000, hi_ms: 12_625 }, why: expect.stringContaining('2 >= 2') },
    ]);
  });

  test('with brokers too few for more replicas there is nothing to compare', () => {
    expect(grade(mskQuorumLoss, runOf(mskQuorumLoss)).recovery).not.toHaveProperty('compared');
  });

  test('a write accepted there is F', () => {
    const record = aStop(mskQuorumLoss, [1, 2], 20_000, {
      down: ({ partition }) => (partition === 3 ? [] : [[FAULT + 20, FAULT + 26_200]]),
    });
    expect(grade(mskQuorumLoss, record)).toMatchObject({
      grade: 'F',
      why: expect.stringContaining('p3/even was acknowledged below quorum'),
    });
  });

  test('others that stop for as long are D', () => {
    const record = aStop(mskRf2Min2, [1], 60_000, { down: () => [[FAULT + 20, FAULT + 66_200]] });
    expect(grade(mskRf2Min2, record)).toMatchObject({ grade: 'D', why: expect.stringContaining('stopped as well') });
  });

  test('others that stop for a while make it B', () => {
    const record = aStop(mskRf2Min2, [1], 60_000, {
      down: ({ replicas }) => [[FAULT + 20, replicas.includes(1) ? FAULT + 66_200 : FAULT + 5_000]],
    });
    expect(grade(mskRf2Min2, record)).toMatchObject({ grade: 'B', as_expected: true });
  });
});

describe('every class is held to its own expectation', () => {
  test('five seconds where nothing was hit make it B, though they are within what others may take', () => {
    const slow = aLoss(mskBrokerLoss, [1], {
      down: (partition) => [[FAULT + 20, partition.replicas.includes(1) ? FAULT + 9_600 : FAULT + 5_000]],
    });
    const report = grade(mskBrokerLoss, slow);
    expect(report).toMatchObject({ grade: 'B', verdict: 'pass' });
    expect(check(report, 'recovery-within-limit')?.why).toMatch(
      /^within the limit, later than predicted: led 8,500 to .*; untouched 3,900 to 5,102 ms, expected 0 to 1,000 ms \(led: noticed/,
    );
  });

  test('sooner than predicted is a finding of its class', () => {
    const soft = aLoss(mskBrokerLoss, [1], { down: (partition) => (partition.leader === 1 ? [[FAULT + 20, FAULT + 3_000]] : []) });
    expect(grade(mskBrokerLoss, soft).findings).toContainEqual(
      expect.stringMatching(/^recovery of the lanes led of .* is shorter than the 7,000 ms/),
    );
  });

  test('a partition that nobody tried has no class, and a hole on one lane counts though others watched', () => {
    const record = aLoss(mskBrokerLoss, [1]);
    for (const series of record.series)
      if (/^p2\/(acked|failed|indeterminate)/.test(series.name))
        series.points = series.points.map((point, bin) => (bin > 50 && bin < 70 ? 0 : point));
    expect(check(grade(mskBrokerLoss, record), 'coverage')).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('a roll', () => {
  test('counts each step by itself: pauses ten seconds apart are no one outage', () => {
    const { recovery } = grade(mskRollingRestart, aRoll());
    expect(recovery?.rounds?.map(({ victims }) => victims)).toEqual([['broker-1'], ['broker-2'], ['broker-3']]);
    expect(recovery?.hi_ms).toBeLessThan(2_500);
  });

  test('steps closer together than a healthy run are split as well', () => {
    const close = (drill: KafkaDrill) => {
      const at = (step: number) => FAULT + step * 8_000;
      const record = aRoll({
        rounds: [0, 1, 2].map((step) => ({ at: at(step), victims: [`broker-${step + 1}`] })),
        gone: [0, 1, 2].flatMap((step) => [
          { at: at(step) + 300, ids: [step + 1] },
          { at: at(step) + 6_000, ids: [] },
        ]),
        down: () => [0, 1, 2].map((step) => [at(step) + 100, at(step) + 800]),
      });
      return grade(drill, record).recovery;
    };
    expect(close(mskRollingRestart)?.hi_ms).toBeLessThan(2_500);
    expect(close(mskRollingRestart)?.outages.count).toBe(3);
  });

  test('one slow step is the recovery', () => {
    const slow = aRoll({ down: () => [[stepAt(1) + 100, stepAt(1) + 14_000]] });
    const report = grade(mskRollingRestart, slow);
    expect(report).toMatchObject({ grade: 'D', why: expect.stringContaining('recovery-within-limit') });
    expect(report.recovery?.rounds?.map(({ hi_ms }) => (hi_ms ?? 0) > 10_000)).toEqual([false, true, false]);
  });
});

describe('what was lost', () => {
  test('acks 1: counted as allowed, and the report says that nothing was promised', () => {
    const report = grade(mskAcks1, anAcks1Loss(40));
    expect(report).toMatchObject({ verdict: 'pass', as_expected: true });
    expect(report.ledger).toMatchObject({ lost: 40, lost_allowed: { count: 40, why: expect.stringMatching(/^acks 1 promises nothing/) } });
  });

  test('acks 1 without any loss is inconclusive: the fault did not bite', () => {
    expect(grade(mskAcks1, anAcks1Loss(0))).toMatchObject({ grade: 'C', why: expect.stringContaining('not seen: acknowledged-lost') });
  });

  test('an unclean election: F, counted, with partition and offsets', () => {
    const report = grade(mskRf2Min1UncleanTwin, anUncleanLoss(25));
    expect(report).toMatchObject({ grade: 'F', as_expected: true });
    expect(report.ledger?.lost).toBe(25);
    const [lost] = report.ledger?.lost_list ?? [];
    expect(lost).toMatchObject({
      lane: 'p0#0',
      partition: 0,
      offsets: [
        [905, 919],
        [940, 949],
      ],
    });
    expect((lost?.ranges[0]?.[1] ?? 0) - (lost?.ranges[0]?.[0] ?? 0)).toBe(24);
  });

  test('an unclean election that lost nothing proves nothing', () => {
    expect(grade(mskRf2Min1UncleanTwin, anUncleanLoss(0))).toMatchObject({ grade: 'C', as_expected: false });
  });

  test('with acks all a single loss is F', () => {
    const record = edited(aLoss(mskBrokerLoss, [1]), (each) => loseTail(each, 0, 1));
    expect(grade(mskBrokerLoss, record)).toMatchObject({ grade: 'F', why: expect.stringContaining('1 acknowledged write not read back') });
  });
});

describe('duplicates', () => {
  const doubled = (duplicated: number, duplicated_across_producers: number) =>
    edited(aReboot(), ({ readback }) => Object.assign(readback?.[0] ?? {}, { duplicated, duplicated_across_producers }));
  const idempotent: KafkaDrill = { ...mskBrokerReboot, client: { ...mskBrokerReboot.client, idempotent: true } };

  test('are allowed, and told, where lanes are not idempotent', () => {
    const report = grade(mskBrokerReboot, doubled(3, 0));
    expect(report.grade).toBe('A');
    expect(report.findings).toContain('3 writes there more than once');
    expect(check(report, 'idempotence')).toBeUndefined();
  });

  test('under one producer id are F on idempotent lanes', () => {
    expect(grade(idempotent, doubled(3, 2))).toMatchObject({
      grade: 'F',
      why: expect.stringContaining('1 write twice under one producer id'),
    });
  });

  test('under different ones are the client’s own', () => {
    const report = grade(idempotent, doubled(3, 3));
    expect(report.grade).toBe('A');
    expect(report.ledger).toMatchObject({ duplicated: 3, duplicated_across_producers: 3 });
    expect(report.findings).toContainEqual(expect.stringMatching(/^3 writes of these under different producer ids/));
  });
});

describe('what a report tells beside', () => {
  test('the decomposition of a loss', () => {
    const { recovery } = grade(
      mskBrokerLoss,
      aLoss(mskBrokerLoss, [1], {
        gone: [
          { at: FAULT + 9_100, ids: [1] },
          { at: FAULT + 20_000, ids: [] },
        ],
      }),
    );
    expect(recovery?.steps.map(({ name, to_ms }) => [name, to_ms])).toEqual([
      ['noticed: the first partition seen to change', 9_100],
      ['elected: new leaders seen', 9_100],
      ['client reconnected: first write acknowledged', expect.closeTo(9_600, -3)],
      ['ISR restored', 20_000],
    ]);
  });

  test('the decomposition of a return', () => {
    const { recovery } = grade(mskRf2Min2, runOf(mskRf2Min2));
    expect(recovery?.steps.map(({ name }) => name)).toEqual([
      'min ISR reached',
      'ISR restored',
      'client reconnected: first write acknowledged',
    ]);
  });

  test('how far the ISR shrank', () => {
    expect(grade(mskBrokerLoss, aLoss(mskBrokerLoss, [1])).findings).toContainEqual(
      expect.stringMatching(/^the ISR of \d partitions shrank, at worst p0's to \{2,3\} of \{1,2,3\}; \d not full again before healing$/),
    );
  });

  test('a topology that spares nobody', () => {
    expect(grade(mskRf2Min2, runOf(mskRf2Min2)).findings).toContain('min ISR 2 of 2 replicas: the loss of any one stops acks=all writes');
  });

  test('load that is thin, and would not be if it were whole', () => {
    expect(grade(mskThinLoadTwin, runOf(mskThinLoadTwin))).toMatchObject({ grade: 'C', why: expect.stringContaining('load: 30') });
    expect(grade(mskThinLoadTwin, aReboot(mskThinLoadTwin))).toMatchObject({ verdict: 'pass', as_expected: false });
  });

  test('lanes know their partition', () => {
    expect(partitionLane(aReboot(), 5, 1).lane).toBe('p5#1');
  });
});
