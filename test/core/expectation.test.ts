import { describe, expect, test } from 'vitest';
import type { AuroraDrill } from '../../core/drill.ts';
import { expectRecovery } from '../../core/expectation.ts';
import type { AuroraTopology } from '../../core/topology.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { auroraQuorumLoss } from '../../drills/aurora-quorum-loss.ts';
import { aTopology } from './a-record.ts';

const view = aTopology();
const withFault = (fault: AuroraDrill['fault']): AuroraDrill => ({ ...auroraFailover, fault });

describe('expected recovery', () => {
  // poll 100 x 3, timeout 100, detach 5..200, promote 50..800, re-point 1..100, hand-over 100..2000, rejoin 100..3000, attempt 250
  test.each<[string, AuroraDrill, number, number]>([
    ['kill: two polls at least, three and a timeout at most, then each step, then a retry', withFault({ kind: 'writer-kill' }), 256, 1_750],
    ['isolation: as a kill', withFault({ kind: 'writer-isolation' }), 256, 1_750],
    ['hand-over: its own bounds and a retry', withFault({ kind: 'writer-handover' }), 100, 2_250],
    ['a short freeze ends before failover can', withFault({ kind: 'writer-freeze', thaw_after_s: 0.2 }), 200, 450],
    ['a long freeze ends with failover', withFault({ kind: 'writer-freeze', thaw_after_s: 60 }), 256, 1_750],
    ['a freeze in between: whichever comes first', withFault({ kind: 'writer-freeze', thaw_after_s: 1 }), 256, 1_250],
    ['a zone within the quorum: at most one attempt', withFault({ kind: 'zone-loss', plus_copies: 0 }), 0, 250],
    ['below quorum: from the return of a copy', auroraQuorumLoss, 100, 3_250],
  ])('%s', (_, drill, lo_ms, hi_ms) => {
    const expected = expectRecovery(drill, view, []);
    expect([expected.lo_ms, expected.hi_ms]).toEqual([lo_ms, hi_ms]);
    expect(expected.reasons.length).toBeGreaterThan(0);
  });

  test('every reason shows its own share, and they add up', () => {
    const { reasons } = expectRecovery(auroraFailover, view, []);
    expect(reasons).toEqual([
      'noticed: 3 polls missed, 100 ms apart or as long as one takes to time out, 100 ms: 200 to 400 ms',
      'standbys detached from the old writer: 5 to 200 ms',
      'a copy promoted: 50 to 800 ms',
      'endpoint re-pointed: 1 to 100 ms',
      'client retry: the attempt under way may take its whole timeout: 0 to 250 ms',
    ]);
  });

  test('a writer that says nothing times out every poll, not only the last', () => {
    const slow: AuroraTopology = { ...view, controller: view.controller && { ...view.controller, poll_timeout_ms: 300 } };
    expect(expectRecovery(auroraFailover, slow, []).reasons[0]).toMatch(/300 ms: 200 to 1,000 ms$/);
  });

  test('without a controller nothing is expected of a kill, and a freeze ends with its thaw', () => {
    const unruled: AuroraTopology = { ...view, controller: null };
    expect(() => expectRecovery(auroraFailover, unruled, [])).toThrow(
      'expected recovery: got a writer-kill and no controller that publishes its timings',
    );
    expect(expectRecovery(withFault({ kind: 'writer-freeze', thaw_after_s: 5 }), unruled, [])).toMatchObject({
      lo_ms: 5_000,
      hi_ms: 5_250,
    });
  });
});
