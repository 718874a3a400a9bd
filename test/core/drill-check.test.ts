import { describe, expect, test } from 'vitest';
import type { AuroraDrill, Drill } from '../../core/drill.ts';
import { checkDrill } from '../../core/drill-check.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { auroraQuorumLoss } from '../../drills/aurora-quorum-loss.ts';
import { drills } from '../../drills/index.ts';

const { load, limits, window, topology, promises } = auroraFailover;
const but = (changes: Partial<AuroraDrill>, drill = auroraFailover): AuroraDrill => ({ ...drill, ...changes });

describe('a drill', () => {
  test.each(drills)('$name is sound', (drill) => {
    expect(() => checkDrill(drill)).not.toThrow();
  });

  test('names are used once', () => {
    expect(new Set(drills.map((drill) => drill.name)).size).toBe(drills.length);
  });

  test.each<[string, Drill, string]>([
    ['empty-promise-set-is-invalid', but({ promises: [] }), 'promises: got none'],
    [
      'window-longer-than-drill-is-refused',
      but({ window: { ...window, deadline_s: 20 } }),
      'window: got a deadline of 20 s, wanted at least the 24 s',
    ],
    ['a poll between whole seconds', but({ window: { ...window, poll_s: 0.5 } }), 'poll_s: got 0.5 s, wanted whole seconds'],
    ['a promise nobody knows', but({ promises: ['no-tears'] as never }), "promises: got 'no-tears'"],
    ['a promise named like a method', but({ promises: ['toString'] as never }), "promises: got 'toString'"],
    ['an observation nobody knows', but({ mustObserve: ['smoke'] as never }), "mustObserve: got 'smoke'"],
    ['nothing to observe', but({ mustObserve: [] }), 'mustObserve: got nothing'],
    ['a limit of nothing', but({ limits: { ...limits, recovery_ms: 0 } }), 'recovery_ms: got 0'],
    ['a limit that is no number', but({ limits: { ...limits, recovery_ms: Number.NaN } }), 'recovery_ms: got NaN'],
    ['more load wanted than sent', but({ load: { ...load, minimum_hz: 500 } }), 'minimum_hz: got 500'],
    ['no lane on each copy though it promises one writer', but({ load: { ...load, pinned_hz: 0 } }), 'pinned_hz: got 0'],
    ['an attempt as long as the limit', but({ load: { ...load, attempt_timeout_ms: 10_000 } }), 'attempt_timeout_ms: got 10000 ms'],
    ['quorums that need not meet', but({ topology: { ...topology, read_quorum: 2 } }), 'topology: got W + R = 4 + 2 for 6 copies'],
    ['a quorum beyond the copies', but({ topology: { ...topology, write_quorum: 7 } }), 'topology: got 6 copies, 3 zones, quorums 7 and 3'],
    [
      'stopped writes promised without losing the quorum',
      but({ promises: [...promises, 'writes-stop-below-quorum'] }),
      'promises: got writes-stop-below-quorum',
    ],
    ['a negative drill that loses no copies', but({ negative: { writes_must_stop_for_s: 1 } }), 'fault: got writer-kill'],
    [
      'copies back before writes have stopped for long enough',
      but({ negative: { writes_must_stop_for_s: 6 } }, auroraQuorumLoss),
      'fault: got a return after 5 s',
    ],
    [
      'a letter for being late without a promise about time',
      but({ promises: ['one-writer'], mustEnd: { outcome: 'fail', grade: 'D', because: 'late' } }),
      'mustEnd: got grade D',
    ],
    [
      'an ending by a check nobody knows',
      but({ mustEnd: { outcome: 'inconclusive', because: 'blind', check: 'luck' } }),
      "mustEnd: got check 'luck'",
    ],
    ['a name that is a path', but({ name: '../x' }), "name: got '../x'"],
  ])('is refused: %s', (_, drill, message) => {
    expect(() => checkDrill(drill)).toThrow(`drill ${drill.name} ${message}`);
  });
});
