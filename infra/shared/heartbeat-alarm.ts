import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { heartbeat_metric, heartbeatAlarm, metric_namespace, pulseDimensions } from '../../drills/heartbeat.ts';

/** Witnesses beat once a second, and CloudWatch looks at no metric more often than this. */
const look = Duration.seconds(10);

/** A metric made from a log comes some seconds late, so that one empty look means nothing. */
const looks = 3;

/**
 * The alarm that fires while no witness of a store beats, and so stops whatever nobody watches. It is in alarm whenever no drill
 * runs: only Readmit asks for OK, when the witnesses have been writing for the whole baseline. Nobody is told of it.
 */
export function heartbeatAlarmOf(scope: Construct, suite: string, store: string): Alarm {
  return new Alarm(scope, `Heartbeat-${store}`, {
    alarmName: heartbeatAlarm(suite, store),
    alarmDescription: `In alarm whenever no drill watches ${store}, which is nearly always. Stops experiments that nobody watches.`,
    metric: new Metric({
      namespace: metric_namespace,
      metricName: heartbeat_metric,
      dimensionsMap: pulseDimensions(suite, store),
      statistic: 'Sum',
      period: look,
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: looks,
    datapointsToAlarm: looks,
    treatMissingData: TreatMissingData.BREACHING,
  });
}
