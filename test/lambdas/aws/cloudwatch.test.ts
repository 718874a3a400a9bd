import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterEach, describe, expect, test } from 'vitest';
import { drills } from '../../../drills/index.ts';
import { auroraQueries } from '../../../lambdas/aws/aurora/queries.ts';
import { cloudWatchMetrics } from '../../../lambdas/aws/cloudwatch.ts';
import { type Answer, type Call, loopbackApi } from './loopback-api.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

const minute = 60_000;
const from = 1_000 * minute;
const drill = drills[0]!;

async function cloudwatch(answer: (call: Call, nth: number) => Answer, count = 1) {
  const api = await loopbackApi(answer);
  open = api;
  const slept: number[] = [];
  const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const queries = auroraQueries('c1').slice(0, 1);
  const many = Array.from({ length: count }, (_, index) => ({ ...queries[0]!, name: `m${index}` }));
  return { metrics: cloudWatchMetrics(new CloudWatchClient(api.client), clock, () => many), calls: api.calls, slept };
}

/** Points of one result; times as CloudWatch sends them, in seconds. */
const result = (points: [at: number, value: number][], status = 'Complete', id = 'q0') => ({
  Id: id,
  StatusCode: status,
  Timestamps: points.map(([at]) => at / 1000),
  Values: points.map(([, value]) => value),
});

describe('alarms', () => {
  test('one entry for each name; a missing alarm and an unknown state are INSUFFICIENT_DATA', async () => {
    const { metrics, calls } = await cloudwatch(() => ({
      body: {
        MetricAlarms: [
          { AlarmName: 'a', StateValue: 'OK' },
          { AlarmName: 'c', StateValue: 'SNOOZED' },
        ],
        CompositeAlarms: [{ AlarmName: 'b', StateValue: 'ALARM' }],
      },
    }));
    expect(await metrics.alarms(['a', 'b', 'c', 'd'])).toEqual([
      { name: 'a', state: 'OK' },
      { name: 'b', state: 'ALARM' },
      { name: 'c', state: 'INSUFFICIENT_DATA' },
      { name: 'd', state: 'INSUFFICIENT_DATA' },
    ]);
    expect(calls[0]).toMatchObject({ operation: 'DescribeAlarms', body: { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] } });
  });

  test('many names go in batches, and pages are read to the end', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `a${index}`);
    const { metrics, calls } = await cloudwatch((call) => {
      const asked = call.body.AlarmNames as string[];
      const all = asked.map((AlarmName) => ({ AlarmName, StateValue: 'OK' }));
      return {
        body: call.body.NextToken || all.length < 2 ? { MetricAlarms: all.slice(-1) } : { MetricAlarms: all.slice(0, -1), NextToken: 'n' },
      };
    });
    expect((await metrics.alarms(names)).every((alarm) => alarm.state === 'OK')).toBe(true);
    expect(calls.map((call) => (call.body.AlarmNames as string[]).length)).toEqual([100, 100, 1]);
  });

  test('no permission throws instead of calling an alarm missing', async () => {
    const { metrics } = await cloudwatch(() => ({ error: 'AccessDeniedException' }));
    await expect(metrics.alarms(['a'])).rejects.toThrow();
  });
});

describe('series', () => {
  test('points spread over pages fall into bins; a missing point is null, never zero', async () => {
    const { metrics, calls } = await cloudwatch((call) =>
      call.body.NextToken
        ? { body: { MetricDataResults: [result([[from + 3 * minute, 0]])] } }
        : { body: { MetricDataResults: [result([[from, 7]])], NextToken: 'n' } },
    );
    const { series, complete } = await metrics.series(drill, from, from + 4 * minute);
    expect(series).toEqual([{ name: 'm0', unit: 'commits/s', start_at: from, bin_ms: minute, points: [7, null, null, 0] }]);
    expect(complete).toBe(true);
    expect(calls[0]).toMatchObject({
      operation: 'GetMetricData',
      body: { StartTime: from / 1000, EndTime: (from + 4 * minute) / 1000, ScanBy: 'TimestampAscending' },
    });
  });

  test('a window that starts inside a minute keeps that minute', async () => {
    const { metrics } = await cloudwatch(() => ({
      body: {
        MetricDataResults: [
          result([
            [from, 1],
            [from + minute, 2],
          ]),
        ],
      },
    }));
    const { series, complete } = await metrics.series(drill, from + 1, from + 2 * minute + 30_000);
    expect(series[0]).toMatchObject({ start_at: from, points: [1, 2, null] });
    expect(complete).toBe(true);
  });

  test('while the last whole minute has no point, late points may still come', async () => {
    const { metrics } = await cloudwatch(() => ({ body: { MetricDataResults: [result([[from, 1]])] } }));
    expect((await metrics.series(drill, from, from + 2 * minute)).complete).toBe(false);
  });

  test.each(['PartialData', 'InternalError'])('%s is asked again, and only for that metric', async (status) => {
    const { metrics, calls, slept } = await cloudwatch(
      (call, nth) => ({
        body: {
          MetricDataResults:
            nth === 1
              ? [result([[from, 1]], 'Complete', 'q0'), result([[from, 2]], status, 'q1')]
              : [
                  result(
                    [
                      [from, 2],
                      [from + minute, 3],
                    ],
                    'Complete',
                    'q0',
                  ),
                ].filter(() => (call.body.MetricDataQueries as object[]).length === 1),
        },
      }),
      2,
    );
    const { series } = await metrics.series(drill, from, from + 2 * minute);
    expect(series.map((each) => each.points)).toEqual([
      [1, null],
      [2, 3],
    ]);
    expect(calls).toHaveLength(2);
    expect(slept).toHaveLength(1);
  });

  test('PartialData on a page before the last only means that the next page has more', async () => {
    const { metrics, calls } = await cloudwatch((call) =>
      call.body.NextToken
        ? { body: { MetricDataResults: [result([[from + minute, 2]])] } }
        : { body: { MetricDataResults: [result([[from, 1]], 'PartialData')], NextToken: 'n' } },
    );
    expect(await metrics.series(drill, from, from + 2 * minute)).toMatchObject({ complete: true, series: [{ points: [1, 2] }] });
    expect(calls).toHaveLength(2);
  });

  test('an InternalError on any page is asked again, whatever the last page says', async () => {
    const { metrics, calls } = await cloudwatch((call) =>
      call.body.NextToken
        ? { body: { MetricDataResults: [result([[from + minute, 2]])] } }
        : { body: { MetricDataResults: [result([[from, 1]], 'InternalError')], NextToken: 'n' } },
    );
    expect((await metrics.series(drill, from, from + 2 * minute)).complete).toBe(false);
    expect(calls).toHaveLength(10);
  });

  test('data that stays partial ends as not complete, with what there is', async () => {
    const { metrics, calls } = await cloudwatch(() => ({ body: { MetricDataResults: [result([[from, 5]], 'PartialData')] } }));
    expect(await metrics.series(drill, from, from + minute)).toMatchObject({ complete: false, series: [{ points: [5] }] });
    expect(calls).toHaveLength(5);
  });

  test('an answer without the metric is not complete', async () => {
    const { metrics } = await cloudwatch(() => ({ body: { MetricDataResults: [] } }));
    expect(await metrics.series(drill, from, from + minute)).toMatchObject({ complete: false, series: [{ points: [null] }] });
  });

  test('Forbidden throws, because asking again never helps', async () => {
    const { metrics } = await cloudwatch(() => ({ body: { MetricDataResults: [result([], 'Forbidden')] } }));
    await expect(metrics.series(drill, from, from + minute)).rejects.toThrow('m0');
  });

  test('more than 500 metrics go in batches', async () => {
    const { metrics, calls } = await cloudwatch(
      (call) => ({
        body: { MetricDataResults: (call.body.MetricDataQueries as { Id: string }[]).map(({ Id }) => result([[from, 1]], 'Complete', Id)) },
      }),
      501,
    );
    expect((await metrics.series(drill, from, from + minute)).complete).toBe(true);
    expect(calls.map((call) => (call.body.MetricDataQueries as object[]).length)).toEqual([500, 1]);
  });
});
