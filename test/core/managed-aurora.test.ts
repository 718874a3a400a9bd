import { describe, expect, test } from 'vitest';
import { admit, marginAfter } from '../../core/admission.ts';
import { managedFailover } from '../../core/aurora/expectation.ts';
import { topologyFindings } from '../../core/described.ts';
import type { AuroraDrill } from '../../core/drill.ts';
import { checkDrill } from '../../core/drill-check.ts';
import { expectRecovery } from '../../core/expectation.ts';
import { grade } from '../../core/grade.ts';
import { parseRecordText } from '../../core/record-schema.ts';
import type { AuroraTopology, Member } from '../../core/topology.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { auroraFailoverOnAws } from '../../drills/aurora-failover-on-aws.ts';
import { onAws } from '../../drills/on-aws.ts';
import { auroraFacts } from '../../report/page/aurora.ts';
import { aRecord, aTopology } from './a-record.ts';

const instance = (name: string, zone: string, role: Member['role'], promotion_tier = 1, healthy = true): Member => ({
  name,
  zone,
  role,
  healthy,
  promotion_tier,
});
const pair = [instance('db-1', 'eu-west-1a', 'writer'), instance('db-2', 'eu-west-1b', 'reader')];
const cluster = (members: Member[] = pair): AuroraTopology => ({
  store: 'aurora',
  observed_at: 1_000,
  members,
  write_quorum: 4,
  read_quorum: 3,
  commit: { mode: 'quorum', standbys: 3, of: [] },
  controller: null,
  managed: managedFailover,
  link_delay_ms: 0,
});
const but = (changes: Partial<AuroraDrill>): AuroraDrill => ({ ...auroraFailoverOnAws, ...changes });
const said = (drill: AuroraDrill, topology: AuroraTopology) => admit(drill, topology, 'preflight', 1_000).map((each) => each.inequality);
const refusals = (drill: AuroraDrill, topology: AuroraTopology) => said(drill, topology).filter((each) => each.endsWith('refuse'));

describe('a cluster that AWS runs', () => {
  test('admission counts instances and readers to promote, and says that the storage is not drilled', () => {
    expect(said(auroraFailoverOnAws, cluster())).toEqual([
      '1 writer: 1 = 1: admit',
      'observed against declared, instances 2 >= 2, zones 2 >= 2, write quorum of the storage, fixed and not drilled, 4 >= 4: admit',
      'writer-handover hits db-1: 1 >= 1: admit',
      '2 instances: readers to promote (db-2 tier 1) 1 >= 1: admit',
      'readers outside eu-west-1a 1 >= 1: admit',
      'expected recovery at most 60,500 ms, limit 90,000 ms: 60,500 <= 90,000: admit',
      '2 instances, to write it takes 1, healthy 2: after losing 1, 1 >= 1: admit (margin 0)',
    ]);
  });

  test.each<[string, AuroraDrill, Member[], string[]]>([
    [
      'no reader at all',
      auroraFailoverOnAws,
      [pair[0]!],
      [
        'observed against declared, instances 1 < 2, zones 1 < 2: refuse',
        '1 instance: readers to promote 0 < 1: refuse',
        'readers outside eu-west-1a 0 < 1: refuse',
        '1 instance, to write it takes 1, healthy 1: after losing 1, 0 < 1: refuse',
      ],
    ],
    [
      'a reader that is not available',
      auroraFailoverOnAws,
      [pair[0]!, { ...pair[1]!, healthy: false }],
      [
        '2 instances: readers to promote 0 < 1: refuse',
        'readers outside eu-west-1a 0 < 1: refuse',
        '2 instances, to write it takes 1, healthy 1: after losing 1, 0 < 1: refuse',
      ],
    ],
    [
      'the only available reader is beside the writer',
      auroraFailoverOnAws,
      [...pair.slice(0, 1), { ...pair[1]!, healthy: false }, instance('db-3', 'eu-west-1a', 'reader')],
      ['readers outside eu-west-1a 0 < 1: refuse'],
    ],
    [
      'a limit shorter than what is published',
      but({ limits: { recovery_ms: 30_000 } }),
      pair,
      ['expected recovery at most 60,500 ms, limit 30,000 ms: 60,500 > 30,000: refuse'],
    ],
    [
      'a fault that AWS publishes nothing about',
      but({ fault: { kind: 'writer-isolation' } }),
      pair,
      ['expected recovery unknown, limit 90,000 ms: AWS publishes nothing about a writer-isolation: refuse'],
    ],
    [
      "the lab's six copies asked of two instances",
      but({ topology: auroraFailover.topology }),
      pair,
      ['observed against declared, instances 2 < 6, zones 2 < 3: refuse'],
    ],
  ])('%s is refused', (_, drill, members, wanted) => {
    expect(refusals(drill, cluster(members))).toEqual(wanted);
  });

  test('readers are told in the order in which Aurora promotes them', () => {
    const readers = [instance('db-2', 'eu-west-1b', 'reader', 15), instance('db-3', 'eu-west-1c', 'reader', 0)];
    expect(said(auroraFailoverOnAws, cluster([pair[0]!, ...readers]))).toContain(
      '3 instances: readers to promote (db-3 tier 0, db-2 tier 15) 2 >= 1: admit',
    );
  });

  test('the margin is how many more instances may go', () => {
    expect([marginAfter(cluster(), []), marginAfter(cluster(), ['db-1']), marginAfter(cluster(), ['db-1', 'db-2'])]).toEqual([1, 0, -1]);
  });

  test("what is expected comes from what AWS publishes and never from a controller's settings", () => {
    const both = { ...cluster(), controller: aTopology().controller };
    for (const topology of [cluster(), both]) {
      expect(expectRecovery(auroraFailoverOnAws, topology, [])).toEqual({
        lo_ms: 0,
        hi_ms: 60_500,
        reasons: [
          'Aurora guide, a failover with a reader to promote: typically less than 60 s: 0 to 60,000 ms',
          'client retry: the attempt under way may take its whole timeout: 0 to 500 ms',
        ],
      });
    }
    expect(() => expectRecovery(but({ fault: { kind: 'writer-freeze', thaw_after_s: 5 } }), cluster(), [])).toThrow(
      'expected recovery: got a writer-freeze on a cluster that AWS runs',
    );
  });

  test('the report says what was not drilled', () => {
    expect(topologyFindings(cluster())).toEqual([
      'the storage was not drilled: no metric or call shows its copies or their quorum; the instances were drilled',
    ]);
    expect(auroraFacts(cluster()).join('; ')).toContain('failover by AWS, expected to take 0 ms to 60 s');
  });

  test('a record of it is read as it was written', () => {
    const record = { ...aRecord(), topology: cluster() };
    expect(parseRecordText(JSON.stringify(record))).toEqual(record);
  });
});

describe('aurora-failover on AWS', () => {
  test('is sound, a hand-over, and what the catalogue gives for its name', () => {
    expect(() => checkDrill(auroraFailoverOnAws)).not.toThrow();
    expect(onAws(auroraFailover)).toBe(auroraFailoverOnAws);
    expect(auroraFailoverOnAws.fault.kind).toBe('writer-handover');
  });

  test('a quorum beyond the six copies of the storage is no topology', () => {
    expect(() => checkDrill(but({ topology: { ...auroraFailoverOnAws.topology, write_quorum: 7 } }))).toThrow('2 instances, 2 zones');
  });

  // Aurora picks whom it promotes; whom it took the role from must be whom admission named.
  test.each<[string, string[], 'pass' | 'inconclusive']>([
    ['the writer admitted', ['pg-1'], 'pass'],
    ['another instance', ['pg-2'], 'inconclusive'],
    ['the cluster, since nothing tells the instance', ['arn:aws:rds:eu-west-1:210987654321:cluster:billing'], 'inconclusive'],
  ])('a failover of %s', (_, victims, verdict) => {
    const check = grade(auroraFailover, { ...aRecord(), victims }).checks.find(({ name }) => name === 'admitted');
    expect(check?.verdict).toBe(verdict);
  });
});
