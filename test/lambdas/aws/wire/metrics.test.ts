import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { drills } from '../../../../drills/index.ts';
import { wallClock } from '../../../../lambdas/aws/clock.ts';
import { cloudWatchMetrics } from '../../../../lambdas/aws/cloudwatch.ts';
import type { MetricQuery } from '../../../../lambdas/aws/metric-queries.ts';
import { alarmsConformance } from '../../tools-conformance.ts';
import { aName, client, overMoto } from './over-moto.ts';

const cloudwatch = () => new CloudWatchClient(client);

async function anAlarm(state: 'OK' | 'ALARM'): Promise<string> {
  const AlarmName = aName('guard');
  await cloudwatch().send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'QuorumDrills',
      MetricName: 'Heartbeat',
      Statistic: 'Sum',
      Period: 10,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    }),
  );
  await cloudwatch().send(new SetAlarmStateCommand({ AlarmName, StateValue: state, StateReason: 'set by a test' }));
  return AlarmName;
}

overMoto('CloudWatch', () => {
  alarmsConformance('moto', async () => ({
    metrics: cloudWatchMetrics(cloudwatch(), wallClock(), () => []),
    known: [await anAlarm('OK'), await anAlarm('ALARM')],
  }));

  test('says of each alarm what it is', async () => {
    const [quiet, loud] = [await anAlarm('OK'), await anAlarm('ALARM')];
    const { alarms } = cloudWatchMetrics(cloudwatch(), wallClock(), () => []);
    expect(await alarms([loud, quiet])).toEqual([
      { name: loud, state: 'ALARM' },
      { name: quiet, state: 'OK' },
    ]);
  });

  test('gives points in their bins, and nothing where there was none', async () => {
    const metric = aName('Offline');
    const start = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
    const datum = (minute: number, Value: number) => ({ MetricName: metric, Timestamp: new Date(start + minute * 60_000), Value });
    const MetricData = [datum(0, 1), datum(0, 3), datum(2, 5)];
    await cloudwatch().send(new PutMetricDataCommand({ Namespace: 'Test/Kafka', MetricData }));
    const query: MetricQuery = {
      name: 'offline',
      unit: 'partitions',
      namespace: 'Test/Kafka',
      metric,
      dimensions: {},
      stat: 'Maximum',
      period_s: 60,
    };
    const metrics = cloudWatchMetrics(cloudwatch(), wallClock(), () => [query]);
    const { series } = await metrics.series(drills[0]!, start, start + 180_000);
    expect(series).toEqual([{ name: 'offline', unit: 'partitions', start_at: start, bin_ms: 60_000, points: [3, null, 5] }]);
  });
});
