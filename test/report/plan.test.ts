import { expect, test } from 'vitest';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { auroraNoReaderTwin } from '../../drills/aurora-no-reader-twin.ts';
import { etcdSnapshotRestore } from '../../drills/etcd-snapshot-restore.ts';
import { mskAcks1 } from '../../drills/msk-acks1.ts';
import { mskBrokerLoss } from '../../drills/msk-broker-loss.ts';
import { type Plan, renderPlan } from '../../report/plan.ts';

const look = { color: false, width: 80 };
const plan: Plan = {
  drill: auroraFailover,
  decisions: [
    {
      at: 0,
      stage: 'plan',
      admit: true,
      inequality: '6 copies, write quorum 4, healthy 6: after losing 1, 5 >= 4: admit (margin 1)',
      margin: 1,
      victims: ['pg-1'],
    },
  ],
  victims: ['pg-1'],
  expected: {
    lo_ms: 256,
    hi_ms: 1_750,
    reasons: ['noticed: 3 polls missed, 100 ms apart: 200 to 400 ms', 'a copy promoted: 50 to 800 ms'],
  },
  duration_s: 24,
  refusal: null,
};

test('a plan that would run', () => {
  expect(renderPlan(plan, look)).toMatchInlineSnapshot(`
    "aurora-failover  The database writer is killed

      WOULD RUN   every decision below admits it; nothing was started
      promise     Losing the writer stops writes for seconds, loses no acknowledged
                  write, and never leaves two writers.
      must end    pass A

    ADMISSION
      admit       6 copies, write quorum 4, healthy 6: after losing 1, 5 >= 4: admit
                  (margin 1)

    BLAST RADIUS
      victims     pg-1 (1 of 6 members)
      fault       writer-kill
      load        100 writes a second, 10 on each copy, 20 reads
      guards      the probe's heartbeat alone

    RECOVERY
      expected    256 ms to 1.75 s
                  noticed: 3 polls missed, 100 ms apart: 200 to 400 ms
                  a copy promoted: 50 to 800 ms
      limit       10 s
      loss        0 acknowledged writes allowed: the drill promises that no
                  acknowledged write is lost

    DURATION
      about       24.0 s, halted, then healed, after 60 s at the latest
    ────────────────────────────────────────────────────────────────────────────────"
  `);
});

test.each([
  [mskAcks1, /loss +acks 1 promises nothing: the leader alone acknowledges/],
  [mskBrokerLoss, /loss +0 acknowledged writes allowed: .*acks all: an in-sync replica is elected/],
  [etcdSnapshotRestore, /loss +the promise ends with the snapshot/],
])('$name: what may be lost is said beforehand', (drill, loss) => {
  expect(renderPlan({ ...plan, drill }, look).replace(/\s+/g, ' ')).toMatch(loss);
});

test('a plan that is refused leads with why', () => {
  const inequality = '1 copy, no reader to promote: 0 >= 1 is false: refuse (margin -1)';
  const text = renderPlan(
    {
      ...plan,
      drill: auroraNoReaderTwin,
      decisions: [{ at: 0, stage: 'plan', admit: false, inequality, margin: -1, victims: ['pg-1'] }],
      refusal: inequality,
    },
    look,
  );
  expect(text).toContain(`REFUSED     ${inequality}`);
  expect(text).toContain('would hit   pg-1 (1 of 1 member)');
  expect(text).not.toContain('WOULD RUN');
});

test('no decision at all is said, and refuses', () => {
  expect(renderPlan({ ...plan, decisions: [], victims: [], refusal: 'nothing could be computed' }, look)).toContain('doubt refuses');
});
