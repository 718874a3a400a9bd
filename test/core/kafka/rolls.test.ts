import { describe, expect, test } from 'vitest';
import type { KafkaDrill } from '../../../core/drill.ts';
import { grade } from '../../../core/grade.ts';
import type { PartitionSight, Record } from '../../../core/record.ts';
import type { Report } from '../../../core/report.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskControllersRolling } from '../../../drills/msk-controllers-rolling.ts';
import { mskRollingHastyTwin } from '../../../drills/msk-rolling-hasty-twin.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { event, FAULT, STARTED_AT } from './a-kafka-record.ts';
import { aControllersRoll, aLoss, aRoll, kafkaRuns, stepAt } from './variants.ts';

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

  const doubtful = (edit: (record: Record) => void) => check(grade(mskRollingRestart, edited(aRoll(), edit)), 'full-isr-between-steps');
  const seenOnly =
    (is: (sight: PartitionSight) => boolean) =>
    ({ probe }: Record): void => {
      probe.partitions = (probe.partitions ?? []).filter(is);
    };
  const between = (step: number) => (at: number) => at > STARTED_AT + stepAt(step) && at < STARTED_AT + stepAt(step + 1);
  test.each<[string, (record: Record) => void, string]>([
    ['nobody looked during a step', seenOnly(({ at }) => !between(1)(at)), "broker-2 stopped, and nobody saw it leave p0's ISR"],
    [
      'nobody looked at one partition during the last step',
      seenOnly(({ at, partition }) => partition !== 4 || !between(2)(at)),
      "broker-3 stopped, and nobody saw it leave p4's ISR",
    ],
    ['nobody looked before the first stop', seenOnly(({ at }) => at > STARTED_AT + stepAt(0)), 'no sight of p0 before the first stop'],
    [
      'it was seen to go only once healing had begun',
      ({ events, probe }) => {
        for (const sight of probe.partitions ?? []) if (between(2)(sight.at)) sight.at += 40_000;
        expect(events.find(({ what }) => what === 'healing')?.at).toBeLessThan(STARTED_AT + stepAt(2) + 40_000);
      },
      "broker-3 stopped, and nobody saw it leave p0's ISR",
    ],
  ])('in doubt: %s', (_, edit, got) => {
    expect(doubtful(edit)).toMatchObject({ verdict: 'inconclusive', got });
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

  test('fewer than a roll must have were not all seen', () => {
    const missed = edited(aRoll(), (record) => {
      record.probe.partitions = (record.probe.partitions ?? []).filter(({ partition, at }) => partition > 2 || at < STARTED_AT + stepAt(0));
    });
    expect(check(grade(mskRollingRestart, missed), 'no-election-storm')).toMatchObject({
      verdict: 'inconclusive',
      got: expect.stringMatching(/^[1-7] elections, at least 8$/),
    });
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

  test('brokers that do not tell the epoch leave it unknown, and their ISR counts all the same', () => {
    const record = edited(aRoll(), ({ probe }) => {
      for (const sight of probe.partitions ?? []) sight.leader_epoch = -1;
    });
    const report = grade(mskRollingRestart, record);
    expect(report.elections?.leaders).toBeNull();
    expect(check(report, 'no-election-storm')?.verdict).toBe('inconclusive');
    expect(check(report, 'full-isr-between-steps')?.verdict).toBe('pass');
    expect(
      check(
        grade(
          mskRollingHastyTwin,
          edited(runOf(mskRollingHastyTwin), ({ probe }) => {
            for (const sight of probe.partitions ?? []) sight.leader_epoch = -1;
          }),
        ),
        'full-isr-between-steps',
      )?.verdict,
    ).toBe('fail');
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
    expect(admittedOf(aRoll())).toMatchObject({
      verdict: 'pass',
      got: 'hit broker-1, broker-2, broker-3',
      why: expect.stringContaining('p0: ISR {1,2,3}, min ISR 2, victim 3: 2 >= 2'),
    });
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

  test('tells the worst step, by whom that one hit', () => {
    const slow = aRoll({ down: () => [[stepAt(1) + 100, stepAt(1) + 3_000]] });
    expect(grade(mskRollingRestart, slow).recovery?.steps.map(({ name, to_ms }) => [name, to_ms])).toEqual([
      ['noticed: the first partition seen to change', 300],
      ['elected: new leaders seen', 300],
      ['client reconnected: first write acknowledged', expect.closeTo(3_000, -3)],
      ['ISR restored', 9_000],
      ['preferred leaders back', null],
    ]);
  });

  test('one slow step is the recovery', () => {
    const slow = aRoll({ down: () => [[stepAt(1) + 100, stepAt(1) + 14_000]] });
    const report = grade(mskRollingRestart, slow);
    expect(report).toMatchObject({ grade: 'D', why: expect.stringContaining('recovery-within-limit') });
    expect(report.recovery?.rounds?.map(({ hi_ms }) => (hi_ms ?? 0) > 10_000)).toEqual([false, true, false]);
  });
});
