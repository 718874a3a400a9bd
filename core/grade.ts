import { checkRules } from './checks/catalogue.ts';
import type { CheckRule, Finding } from './checks/check.ts';
import { declaredLines, differencesOf } from './described.ts';
import type { Drill } from './drill.ts';
import { restoreReport } from './etcd/restore-report.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { findingsOf } from './findings.ts';
import { electionsOf } from './kafka/elections.ts';
import { marginOf } from './margin-report.ts';
import type { Record } from './record.ts';
import { recoveryReport } from './recovery-report.ts';
import type { Check, Grade, Report, Verdict } from './report.ts';
import { decide, type KindCheck } from './verdict.ts';

/** What a record means for its drill. Pure: the same two documents always give the same report. */
export function grade(drill: Drill, record: Record): Report {
  const evidence = evidenceOf(drill, record);
  const started = record.outcome.kind !== 'refused';
  const checks = started ? checkRules.filter((rule) => rule.applies(drill)).map((rule) => answer(rule, evidence)) : [];
  const ending = endingOf(record, checks, evidence);
  return {
    version: 1,
    drill: drill.name,
    title: drill.title,
    promise: drill.promise,
    run: record.run,
    source: record.source,
    engine: record.engine,
    ...ending,
    as_expected: asExpected(drill, record, ending, checks),
    must_end: mustEnd(drill),
    checks: checks.map(({ kind: _, ...check }): Check => check),
    findings: started ? findingsOf(evidence) : [],
    recovery: started ? recoveryReport(evidence) : null,
    ledger: started ? (evidence.ledger?.report ?? null) : null,
    margin: marginOf(evidence),
    ...electionsIn(evidence, started),
    ...restoreIn(evidence, started),
    topology: { observed: record.topology, declared: declaredLines(drill), differences: differencesOf(drill, record.topology) },
    admission: record.admission,
    timeline: evidence.timeline.events,
    started_at: record.started_at,
    ended_at: record.ended_at,
  };
}

/** Only Kafka elects leaders of partitions; other reports keep their bytes. */
function electionsIn({ drill, record, timeline }: Evidence, started: boolean): Pick<Report, 'elections'> {
  const elections = started && drill.store === 'msk' ? electionsOf(drill, record, timeline) : null;
  return elections === null ? {} : { elections };
}

/** Only etcd restores snapshots; other reports keep their bytes. */
function restoreIn(evidence: Evidence, started: boolean): Pick<Report, 'restore'> {
  const restore = started ? restoreReport(evidence) : null;
  return restore === null ? {} : { restore };
}

interface Ending {
  outcome: Report['outcome'];
  verdict: Verdict;
  grade: Grade | null;
  why: string;
}

/** A check that throws has found nothing out. */
function answer(rule: CheckRule, evidence: Evidence): KindCheck {
  const { name, kind } = rule;
  let finding: Finding;
  try {
    finding = rule.find(evidence);
  } catch (error) {
    finding = { verdict: 'inconclusive', got: 'the check itself broke', why: error instanceof Error ? error.message : String(error) };
  }
  return { name, kind, verdict: finding.verdict, wanted: rule.wanted(evidence.drill), got: finding.got, why: finding.why };
}

/** How it ended before what it proved: a run that was refused, aborted or not healed gets no letter. */
function endingOf(record: Record, checks: KindCheck[], evidence: Evidence): Ending {
  const { outcome } = record;
  if (outcome.kind === 'refused')
    return { outcome: 'refused', verdict: 'inconclusive', grade: null, why: `refused at ${outcome.at}: ${outcome.why}` };
  const decided = decide(checks, evidence.recovery, evidence.classes);
  if (outcome.kind === 'completed' && record.healed) return { outcome: 'completed', ...decided };
  const verdict: Verdict = decided.grade === 'F' ? 'fail' : 'inconclusive';
  const also = decided.grade === 'F' ? `; ${decided.why}` : '';
  if (outcome.kind === 'aborted')
    return { outcome: 'aborted', verdict, grade: null, why: `aborted by a ${outcome.by}: ${outcome.why}${also}` };
  return { outcome: 'unhealed', verdict, grade: null, why: `the system was not well again after healing${also}` };
}

function asExpected({ mustEnd: wanted }: Drill, record: Record, ending: Ending, checks: KindCheck[]): boolean {
  // Refused for a closed calendar or a lease proves nothing about admission.
  if (wanted.outcome === 'refused') return ending.outcome === 'refused' && record.admission.some((decision) => !decision.admit);
  if (ending.outcome !== 'completed' || ending.verdict !== wanted.outcome) return false;
  if (wanted.outcome === 'pass') return wanted.grade === undefined || ending.grade === wanted.grade;
  if (wanted.outcome === 'fail' && !lettersOf(wanted.grade).includes(ending.grade)) return false;
  return wanted.check === undefined || checks.some((check) => check.name === wanted.check && check.verdict === wanted.outcome);
}

function lettersOf(grade: 'D' | 'F' | 'D or F'): (Grade | null)[] {
  return grade === 'D or F' ? ['D', 'F'] : [grade];
}

/** In words, such as `pass A` or `fail F: two writers acknowledge at once`. */
export function mustEnd({ mustEnd: wanted }: Drill): string {
  if (wanted.outcome === 'pass') return wanted.grade === undefined ? 'pass' : `pass ${wanted.grade}`;
  return `${wanted.outcome}${wanted.outcome === 'fail' ? ` ${wanted.grade}` : ''}: ${wanted.because}`;
}
