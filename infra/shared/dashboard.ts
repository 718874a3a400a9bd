import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acked_metric, heartbeat_metric, metric_namespace, pulseDimensions } from '../../drills/heartbeat.ts';
import type { Target } from '../../drills/target.ts';

/** A target as the dashboard shows it. */
export interface ShownTarget {
  target: Target;
  machine: IStateMachine;
  heartbeat: Alarm;
}

export interface DrillDashboardProps {
  /** The suite's name, and the dashboard's. */
  name: string;
  targets: ShownTarget[];
  sweep: IFunction;
  alarms: Alarm[];
}

const height = 6;
const third = 8;
const whole = 24;
const minute = Duration.minutes(1);

/** One page for a suite: for each target what its probe, its store and its executions say, and below it what keeps the suite going. */
export class DrillDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, targets, sweep, alarms }: DrillDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: name, defaultInterval: Duration.hours(1) });
    for (const shown of targets) dashboard.addWidgets(...rowOf(name, shown));
    dashboard.addWidgets(
      graph('Sweeps a minute', [
        sweep.metricInvocations({ period: minute, statistic: Stats.SUM }),
        sweep.metricErrors({ period: minute, statistic: Stats.SUM }),
      ]),
      new AlarmStatusWidget({ title: 'The suite itself', alarms, width: third, height }),
      new AlarmStatusWidget({
        title: 'Watched by a probe (in alarm between drills)',
        alarms: targets.map(({ heartbeat }) => heartbeat),
        width: third,
        height,
      }),
    );
  }
}

function rowOf(suite: string, { target, machine }: ShownTarget): IWidget[] {
  const { name, store } = target;
  return [
    new TextWidget({ markdown: `## ${name} (${store})`, width: whole, height: 1 }),
    graph(`${name}: what the witnesses get acknowledged`, [pulse(suite, name, acked_metric), pulse(suite, name, heartbeat_metric)]),
    storeWidget(target),
    graph(`${name}: executions`, [
      machine.metricStarted({ period: minute }),
      machine.metricSucceeded({ period: minute }),
      machine.metricFailed({ period: minute }),
      machine.metricTimedOut({ period: minute }),
      machine.metricAborted({ period: minute }),
    ]),
  ];
}

/** Of one witness, a second: both write the same metric. */
function pulse(suite: string, store: string, metricName: string): Metric {
  return new Metric({
    namespace: metric_namespace,
    metricName,
    dimensionsMap: pulseDimensions(suite, store),
    statistic: Stats.AVERAGE,
    period: Duration.seconds(1),
  });
}

function storeWidget(target: Target): IWidget {
  const title = `${target.name}: what the store says`;
  switch (target.store) {
    case 'msk':
      return graph(title, kafkaMetrics(target.cluster_name));
    case 'aurora':
      return graph(title, auroraMetrics(target.cluster));
    case 'etcd':
      return new TextWidget({ markdown: `${title}\n\netcd itself tells CloudWatch nothing; see the probe.`, width: third, height });
    default:
      return target satisfies never;
  }
}

/** Every broker reports the controller's metrics and all but one report 0, so they are read with Maximum. */
function kafkaMetrics(cluster: string): IMetric[] {
  const underReplicated = `{AWS/Kafka,"Broker ID","Cluster Name"} MetricName="UnderReplicatedPartitions" "Cluster Name"="${cluster}"`;
  return [
    ...['OfflinePartitionsCount', 'ActiveControllerCount'].map((name) => of('AWS/Kafka', name, { 'Cluster Name': cluster })),
    new MathExpression({ expression: `SEARCH('${underReplicated}', 'Maximum', 60)`, label: 'UnderReplicatedPartitions', period: minute }),
  ];
}

/** Over a cluster the readers, which commit nothing, report 0, so that only the Maximum is the writer's. */
function auroraMetrics(cluster: string): IMetric[] {
  return ['CommitThroughput', 'CommitLatency', 'AuroraReplicaLagMaximum'].map((name) =>
    of('AWS/RDS', name, { DBClusterIdentifier: cluster }),
  );
}

function of(namespace: string, metricName: string, dimensionsMap: { [name: string]: string }): Metric {
  return new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.MAXIMUM, period: minute });
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: third, height });
}
