/** Where a suite's own metrics are in CloudWatch. */
export const metric_namespace = 'QuorumDrills';

/** One for each heartbeat of a witness. */
export const heartbeat_metric = 'Heartbeat';

/** Writes acknowledged to a witness in the last second. */
export const acked_metric = 'AckedPerSecond';

/** Dimensions of both: without them there is no such metric. */
export function pulseDimensions(suite: string, store: string): { service: string; store: string } {
  return { service: suite, store };
}

/** Name of the alarm that fires while no witness of a store beats; known to the stack that makes it and to the functions that ask. */
export function heartbeatAlarm(suite: string, store: string): string {
  return `${suite}-${store}-heartbeat`;
}
