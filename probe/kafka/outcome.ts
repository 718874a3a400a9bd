import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka';
import type { Attempt } from '../contract.ts';

/** How far an attempt had come when it failed: `connect` until a broker answered, then `produce`. */
type Phase = 'connect' | 'produce';

export type Ending = Pick<Attempt, 'outcome' | 'server' | 'code' | 'offset' | 'producer'>;

/**
 * Errors that provably come before any append (docs/quorum.md, section 3). Whatever is not listed here is indeterminate: the
 * write may have been applied, or may yet be.
 */
const failed: { [phase in Phase]: string[] } = {
  connect: ['ECONNREFUSED'],
  produce: ['NOT_ENOUGH_REPLICAS'],
};

/** `code` is a Kafka error's name, or what the socket said. */
export function judge(phase: Phase, code: string): Ending {
  return { outcome: failed[phase].includes(code) ? 'failed' : 'indeterminate', code };
}

/** The name of a broker's error code, such as `NOT_LEADER_OR_FOLLOWER` of 6; `NONE` of 0. */
export function errorName(code: number): string {
  return protocolErrorsCodesById[code as keyof typeof protocolErrorsCodesById] ?? `error ${code}`;
}

/** A leader that the lane should look for elsewhere. */
export function isStale(code: string): boolean {
  return [
    'NOT_LEADER_OR_FOLLOWER',
    'LEADER_NOT_AVAILABLE',
    'UNKNOWN_TOPIC_OR_PARTITION',
    'FENCED_LEADER_EPOCH',
    'KAFKA_STORAGE_ERROR',
  ].includes(code);
}

/** Whether a broker said so; else it came from the socket. */
export function isBrokerError(code: string): boolean {
  return code in protocolErrors;
}

/** Whether Kafka says that the very same batch may be sent again. */
export function isRetriable(code: string): boolean {
  return protocolErrors[code as keyof typeof protocolErrors]?.canRetry === true;
}

/** The code that an error of the socket or of the client library wraps; `closed` where the connection ended without one. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code, apiId, errors } = error as { code?: unknown; apiId?: unknown; errors?: unknown[] };
  if (typeof apiId === 'string') return apiId;
  if (typeof code === 'string' && !code.startsWith('PLT_KFK')) return code;
  const inner = error.cause ?? errors?.[0];
  return inner === undefined ? 'closed' : codeOf(inner);
}
