import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { aRecord } from '../core/a-record.ts';

const reader = { zone: 'zone-a', role: 'reader', healthy: true } as const;

/** The report of the built record as a person would write it: an A, every section filled. */
export function aReport(record: Record = aRecord(), edit: (report: Report) => void = () => {}): Report {
  const report: Report = {
    version: 1,
    drill: record.drill,
    title: 'The database writer is killed',
    promise: 'Losing the writer stops writes for seconds, loses no acknowledged write, and never leaves two writers.',
    run: record.run,
    source: record.source,
    engine: record.engine,
    outcome: 'completed',
    verdict: 'pass',
    grade: 'A',
    why: 'recovered in 517 to 541 ms, inside the expected interval, and nothing acknowledged was lost',
    as_expected: true,
    must_end: 'pass',
    checks: [
      {
        name: 'load-reached',
        verdict: 'pass',
        wanted: 'at least 100 acknowledged writes a second before the fault',
        got: '200.0 a second over 4.0 s',
        why: 'the load was there when the fault struck',
      },
      {
        name: 'fault-observed',
        verdict: 'pass',
        wanted: 'the writer changes, pg-1 is lost, writes are disturbed',
        got: 'pg-1@1 then pg-2@2; pg-1 lost; 106 writes not acknowledged',
        why: 'the fault bit',
      },
      {
        name: 'no-acknowledged-write-lost',
        verdict: 'pass',
        wanted: 'every acknowledged write read back',
        got: '0 lost of 3,254',
        why: 'each of the acknowledged numbers was read back after healing',
      },
      {
        name: 'one-writer',
        verdict: 'pass',
        wanted: 'no write sent after a newer writer had acknowledged goes to an older one',
        got: 'pg-1@1, then pg-2@2',
        why: 'the old writer acknowledged nothing that was sent after the change',
      },
      {
        name: 'recovery-within-limit',
        verdict: 'pass',
        wanted: 'at most 10 s',
        got: '517 to 541 ms',
        why: 'the whole interval lies inside the limit',
      },
    ],
    findings: [],
    recovery: {
      lo_ms: 517.2,
      hi_ms: 541.4,
      expected: { lo_ms: 356, hi_ms: 1_710 },
      limit_ms: 10_000,
      probe_period_ms: 5,
      longest_stall_ms: 12,
      classes: [{ name: 'led', lanes: 2, lo_ms: 517.2, hi_ms: 541.4, expected: { lo_ms: 356, hi_ms: 1_710 } }],
      steps: [
        { name: 'noticed', from_ms: 0, to_ms: 270 },
        { name: 'old writer detached', from_ms: 270, to_ms: 305 },
        { name: 'new writer promoted', from_ms: 305, to_ms: 520 },
        { name: 'endpoint moved', from_ms: 520, to_ms: 535 },
        { name: 'first write acknowledged', from_ms: 535, to_ms: 546.6 },
      ],
      outages: { count: 1, longest_ms: { lo_ms: 517.2, hi_ms: 541.4 }, total_ms: { lo_ms: 517.2, hi_ms: 541.4 } },
    },
    ledger: {
      acked: 3_254,
      lost: 0,
      lost_allowed: { count: 0, why: 'the drill promises that no acknowledged write is lost' },
      duplicated: 0,
      reordered: 0,
      indeterminate: { present: 2, absent: 1 },
      failed: 903,
      lost_list: [],
      loss_bound: 3 / 3_254,
    },
    margin: { before: 2, min: 1 },
    topology: { observed: record.topology, declared: ['6 members in 3 zones', 'writes need 4 copies, reads need 3'], differences: [] },
    admission: record.admission,
    timeline: record.events,
    started_at: record.started_at,
    ended_at: record.ended_at,
  };
  edit(report);
  return report;
}

/** A twin that failed as it must: asynchronous copies, acknowledged writes lost and listed. */
export function aTwin(): { record: Record; report: Report } {
  const record = aRecord((each) => {
    each.drill = 'aurora-async-twin';
    each.run = 'aurora-async-twin-0001';
  });
  const report = aReport(record, (each) => {
    Object.assign(each, {
      title: 'The writer of an asynchronous cluster is killed',
      promise: 'Losing the writer loses no acknowledged write (which asynchronous replication cannot keep).',
      verdict: 'fail',
      grade: 'F',
      why: 'no-acknowledged-write-lost: 25 acknowledged writes are gone',
      must_end: 'fail F: acknowledged writes still on the 50 ms links die with the host',
      findings: ['commit is asynchronous: nothing but the writer is sure to hold a write'],
    });
    const lost = each.checks.find((check) => check.name === 'no-acknowledged-write-lost');
    Object.assign(lost ?? {}, {
      verdict: 'fail',
      got: '25 lost of 3,254',
      why: 'they were acknowledged, and reading everything back after healing did not find them',
    });
    Object.assign(each.ledger ?? {}, {
      lost: 25,
      loss_bound: null,
      lost_list: [
        { lane: 'writer#0', ranges: [[391, 402]] },
        {
          lane: 'writer#1',
          ranges: [
            [391, 402],
            [404, 404],
          ],
        },
      ],
    });
  });
  return { record, report };
}

/** A run that was refused at preflight: nothing loaded, nothing injected, nothing measured. */
export function aRefusal(): { record: Record; report: Report } {
  const inequality = '1 copy, no reader to promote: after losing 1, 0 >= 1 is false: refuse (margin -1)';
  const record = aRecord((each) => {
    each.drill = 'aurora-no-reader-twin';
    each.run = 'aurora-no-reader-twin-0001';
    each.outcome = { kind: 'refused', at: 'preflight', why: inequality };
    each.admission = [{ at: each.started_at + 200, stage: 'preflight', admit: false, inequality, margin: -1, victims: ['pg-1'] }];
    each.events = each.events.slice(0, 1).concat({ at: each.started_at + 200, what: 'refused', text: inequality });
    each.ended_at = each.started_at + 450;
    Object.assign(each, { victims: [], experiments: [], series: [], readback: null });
    each.probe = { ...each.probe, segments: [], lanes: [] };
    if (each.topology?.store === 'aurora')
      each.topology = {
        ...each.topology,
        members: [{ ...reader, name: 'pg-1', role: 'writer' }],
        commit: { mode: 'asynchronous' },
        controller: null,
        write_quorum: 1,
        read_quorum: 1,
      };
  });
  const report = aReport(record, (each) => {
    Object.assign(each, {
      title: 'The writer of a cluster without a reader would be killed',
      promise: 'Losing the writer stops writes for seconds (which one instance cannot keep, so nothing is injected).',
      outcome: 'refused',
      verdict: 'inconclusive',
      grade: null,
      why: inequality,
      must_end: 'refused: no reader to promote',
      checks: [],
      findings: [],
      recovery: null,
      ledger: null,
      margin: { before: null, min: null },
      topology: { observed: record.topology, declared: ['1 member in 1 zone', 'writes need 1 copy, reads need 1'], differences: [] },
    });
  });
  return { record, report };
}
