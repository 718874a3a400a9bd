import { describe, expect, test } from 'vitest';
import { drills } from '../../drills/index.ts';
import { onAws } from '../../drills/on-aws.ts';
import { deadlines, workflow_timeout_ms } from '../../lambdas/deadlines.ts';
import definition from '../../workflow/drill.asl.json' with { type: 'json' };

/** FIS delays a start while it makes ready where its log goes: 15 s are told, a minute is given. */
const fis_delay_ms = 60_000;
const claimed_at = 1_000_000;
const native = drills.filter(({ store, rig }) => store === 'aurora' && rig === undefined).map(onAws);

interface Retry {
  IntervalSeconds: number;
  MaxAttempts: number;
  BackoffRate: number;
}
interface Task {
  Resource?: string;
  TimeoutSeconds?: number;
  Retry?: Retry[];
}

/** The one task that starts an experiment, wherever the file has it. */
function start(value: unknown): Task | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ((value as Task).Resource?.endsWith('fis:startExperiment')) return value as Task;
  for (const each of Object.values(value)) {
    const found = start(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** From the first try of the start to the end of its last. */
function startLasts_ms({ TimeoutSeconds = Number.POSITIVE_INFINITY, Retry = [] }: Task): number {
  const [waits_s, tries] = Retry.reduce(
    ([sum, count], { IntervalSeconds, MaxAttempts, BackoffRate }) => [
      sum + Array.from({ length: MaxAttempts }, (_, n) => IntervalSeconds * BackoffRate ** n).reduce((a, b) => a + b, 0),
      count + MaxAttempts,
    ],
    [0, 1],
  );
  return (waits_s + tries * TimeoutSeconds) * 1_000;
}

// An action of FIS's own cannot look at the lease before it acts, as an Automation's first step does.
describe('the lease outlives the latest injection', () => {
  const lasts_ms = startLasts_ms(start(definition) ?? {});

  test('the start is found, with an end', () => {
    expect(lasts_ms).toBeGreaterThan(0);
    expect(Number.isFinite(lasts_ms)).toBe(true);
  });

  test.each(native)('of $name', (drill) => {
    const { deadline_at, expires_at } = deadlines(drill, claimed_at);
    // Readmit admits no step past the deadline less what must be watched.
    const latest = deadline_at - drill.window.settle_s * 1_000 + lasts_ms + fis_delay_ms;
    expect(expires_at).toBeGreaterThan(latest);
    // Even a start that the execution's very last moment sends, whatever the states before it took.
    expect(expires_at).toBeGreaterThan(claimed_at + workflow_timeout_ms + fis_delay_ms);
  });
});
