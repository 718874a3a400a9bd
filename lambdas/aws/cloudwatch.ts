import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../core/clock.ts';
import type { Drill } from '../../core/drill.ts';
import type { Series } from '../../core/record.ts';
import type { AlarmState, Metrics } from '../tools.ts';
import type { MetricQuery } from './metric-queries.ts';

/** Most queries that one GetMetricData takes, and most names that one DescribeAlarms takes. */
const queries_per_call = 500;
const names_per_call = 100;

/** CloudWatch says PartialData when it could not read everything in time; it is asked again this often. */
const refetches = 4;
const refetch_after_ms = 1_000;

/** Alarms and metrics of CloudWatch; `queriesOf` says which metrics belong to a drill. */
export function cloudWatchMetrics(
  cloudwatch: CloudWatchClient,
  clock: Clock,
  queriesOf: (drill: Drill) => MetricQuery[] | Promise<MetricQuery[]>,
): Metrics {
  return {
    alarms: async (names) => {
      const states = new Map<string, AlarmState>();
      for (const batch of batches(names, names_per_call)) await readStates(cloudwatch, batch, states);
      return names.map((name) => ({ name, state: states.get(name) ?? 'INSUFFICIENT_DATA' }));
    },
    series: async (drill, from, to) => {
      const queries = await queriesOf(drill);
      const read: { series: Series; complete: boolean }[] = [];
      for (const batch of batches(queries, queries_per_call)) read.push(...(await readBatch(cloudwatch, clock, batch, from, to)));
      return { series: read.map((each) => each.series), complete: read.every((each) => each.complete) };
    },
  };
}

async function readStates(cloudwatch: CloudWatchClient, names: string[], states: Map<string, AlarmState>): Promise<void> {
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      // Without AlarmTypes composite alarms are left out, and a firing one would look like a missing one.
      new DescribeAlarmsCommand({
        AlarmNames: names,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: 100,
        ...(NextToken && { NextToken }),
      }),
    );
    for (const alarm of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
      if (alarm.AlarmName !== undefined) states.set(alarm.AlarmName, known(alarm.StateValue));
    }
    NextToken = page.NextToken;
  } while (NextToken);
}

/** A state nobody knows is doubt, and doubt is not OK. */
function known(state: string | undefined): AlarmState {
  return state === 'OK' || state === 'ALARM' ? state : 'INSUFFICIENT_DATA';
}

async function readBatch(cloudwatch: CloudWatchClient, clock: Clock, queries: MetricQuery[], from: number, to: number) {
  const read = queries.map((query) => ({ query, points: new Map<number, number>(), whole: false }));
  let open = read;
  for (let round = 0; open.length > 0 && round <= refetches; round += 1) {
    if (round > 0) await clock.sleep(refetch_after_ms);
    const results = await allPages(
      cloudwatch,
      open.map((each) => each.query),
      from,
      to,
    );
    open.forEach((each, index) => {
      const mine = results.filter((result) => result.Id === `q${index}`);
      each.whole = isWhole(each.query, mine);
      for (const result of mine) keepPoints(each.points, result);
    });
    open = read.filter((each) => !each.whole);
  }
  return read.map((each) => binned(each.query, each.points, each.whole, from, to));
}

/** Every page's results; one query's points may be spread over several. */
async function allPages(cloudwatch: CloudWatchClient, queries: MetricQuery[], from: number, to: number): Promise<MetricDataResult[]> {
  const results: MetricDataResult[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries.map(asked),
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: 'TimestampAscending',
        ...(NextToken && { NextToken }),
      }),
    );
    results.push(...(page.MetricDataResults ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return results;
}

function asked(query: MetricQuery, index: number): MetricDataQuery {
  const Dimensions = Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: `q${index}`,
    MetricStat: { Metric: { Namespace: query.namespace, MetricName: query.metric, Dimensions }, Period: query.period_s, Stat: query.stat },
  };
}

/**
 * Complete at the end is the only good word. Before it PartialData means that a later page has more; at the end it is asked
 * again, like InternalError anywhere. Forbidden never gets better.
 */
function isWhole(query: MetricQuery, pages: MetricDataResult[]): boolean {
  const words: (string | undefined)[] = pages.map((page) => page.StatusCode);
  if (words.includes('Forbidden'))
    throw new Error(`metric ${query.name}: got Forbidden, wanted its points; allow cloudwatch:GetMetricData`);
  return words.at(-1) === 'Complete' && words.every((word) => word === 'Complete' || word === 'PartialData');
}

function keepPoints(points: Map<number, number>, result: MetricDataResult): void {
  (result.Timestamps ?? []).forEach((time, index) => {
    const value = result.Values?.[index];
    if (value !== undefined) points.set(time.getTime(), value);
  });
}

/** Bins from the period that holds `from`. A bin without a point stays null; late points may still come while the last whole bin has none. */
function binned(
  query: MetricQuery,
  points: Map<number, number>,
  whole: boolean,
  from: number,
  to: number,
): { series: Series; complete: boolean } {
  const bin_ms = query.period_s * 1000;
  const start_at = Math.floor(from / bin_ms) * bin_ms;
  const count = Math.max(1, Math.ceil((to - start_at) / bin_ms));
  const bins = Array.from({ length: count }, (_, bin) => points.get(start_at + bin * bin_ms) ?? null);
  const lastWhole = Math.floor((to - start_at) / bin_ms) - 1;
  const complete = whole && (lastWhole < 0 || bins[lastWhole] !== null);
  return { series: { name: query.name, unit: query.unit, start_at, bin_ms, points: bins }, complete };
}

function batches<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
