import { Logger } from '@aws-lambda-powertools/logger';
import { MetricResolution, Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { acked_metric, heartbeat_metric, heartbeatAlarm, metric_namespace } from '../../drills/heartbeat.ts';
import type { Beat } from '../../probe/contract.ts';

/** Name of the suite: the stack sets it, and Powertools makes it the dimension `service`. Without it no alarm hears a heartbeat. */
const suite = process.env.POWERTOOLS_SERVICE_NAME ?? 'service_undefined';

const logger = new Logger();

/** Wraps a handler for Lambda: every line of its log names the task and the run, and one says how it ended. Failures and times are Lambda's own metrics. */
export function logged<Output>(
  task: string,
  body: (input: unknown) => Promise<Output>,
): (input: unknown, context?: Context) => Promise<Output> {
  return async (input, context) => {
    if (context !== undefined) logger.addContext(context);
    logger.appendKeys({ task, run: runOf(input) });
    try {
      const result = await body(input);
      logger.info('ended', { result: JSON.stringify(result ?? null).slice(0, logged_chars) });
      return result;
    } catch (error) {
      logger.error('failed', error instanceof Error ? error : String(error));
      throw error;
    } finally {
      logger.resetKeys();
    }
  };
}

/** Results are at most 32 KiB; so much of one goes to the log. */
const logged_chars = 2_000;

function runOf(input: unknown): string {
  const run = typeof input === 'object' && input !== null && 'run' in input ? input.run : undefined;
  return typeof run === 'string' ? run : 'none';
}

/** Tells CloudWatch of every heartbeat of a store's probe, as metrics of one second: that it beats, and what it had acknowledged. */
export function heartbeats(): (store: string, beat: Beat) => void {
  const byStore = new Map<string, Metrics>();
  return (store, { witness, service }) => {
    const metrics = byStore.get(store) ?? new Metrics({ namespace: metric_namespace, defaultDimensions: { store } });
    byStore.set(store, metrics);
    const acked_hz = service.reduce((sum, lane) => sum + lane.acked_hz, 0);
    metrics.addMetadata('witness', witness);
    metrics.addMetric(heartbeat_metric, MetricUnit.Count, 1, MetricResolution.High);
    metrics.addMetric(acked_metric, MetricUnit.CountPerSecond, acked_hz, MetricResolution.High);
    metrics.publishStoredMetrics();
  };
}

/** Name of the alarm that listens to the heartbeats of a store's probe. */
export function listener(store: string): string {
  return heartbeatAlarm(suite, store);
}
