import { checkRules } from './checks/catalogue.ts';
import type { AuroraDrill, Drill, Observation, PromiseName } from './drill.ts';
import { BadInput } from './errors.ts';
import { checkEtcd, courseOf as courseOfEtcd } from './etcd/drill-check.ts';
import { checkKafka, courseOf, type Reject } from './kafka/drill-check.ts';
import { auroraRule, recoverySeesWrites } from './quorum.ts';

/** For what each promise may be made; also the list of promises there are. */
const promises: { [name in PromiseName]: 'any' | 'negative' | 'msk' | 'rolling' | 'etcd' } = {
  'no-acknowledged-write-lost': 'any',
  'one-writer': 'any',
  'recovery-within-limit': 'any',
  'writes-never-stop': 'any',
  'writes-stop-below-quorum': 'negative',
  'reads-answer': 'any',
  'full-isr-between-steps': 'msk',
  'no-election-storm': 'rolling',
  'reads-linearizable': 'etcd',
};

const observations: { [name in Observation]: true } = {
  'writer-changed': true,
  'members-lost': true,
  'writes-disturbed': true,
  'cut-confirmed': true,
  'leader-changed': true,
  'controller-changed': true,
  'every-member-rolled': true,
  'acknowledged-lost': true,
};

/** Throws BadInput when a drill cannot mean what it says: no promises, limits that are none, windows that do not fit, unknown names. */
export function checkDrill(drill: Drill): void {
  const reject = (what: string, got: string, wanted: string): never => {
    throw new BadInput(`drill ${drill.name} ${what}`, got, wanted, 'mend the drill file');
  };
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(drill.name)) reject('name', `'${drill.name}'`, 'lower case words with hyphens, at most 64 letters');
  checkPromises(drill, reject);
  if (drill.store === 'msk') checkKafka(drill, reject);
  else if (drill.store === 'etcd') checkEtcd(drill, reject);
  else checkAurora(drill, reject);
  checkNumbers(drill, reject);
  checkWindow(drill, reject);
  checkFault(drill, reject);
  checkEnding(drill, reject);
}

function checkPromises({ promises: made, negative, mustObserve, store }: Drill, reject: Reject): void {
  if (made.length === 0) reject('promises', 'none', 'at least one: a drill that promises nothing passes always');
  for (const name of made) {
    if (!Object.hasOwn(promises, name)) reject('promises', `'${name}'`, `one of ${Object.keys(promises).join(', ')}`);
    if (promises[name] === 'negative' && negative === undefined) reject('promises', name, 'a negative drill to promise it');
    if (promises[name] === 'msk' && store !== 'msk') reject('promises', name, 'a Kafka drill to promise it');
    if (promises[name] === 'etcd' && store !== 'etcd') reject('promises', name, 'an etcd drill to promise it');
    if (promises[name] === 'rolling' && store === 'aurora') reject('promises', name, 'a drill that rolls, of Kafka or etcd');
  }
  if (made.includes('writes-never-stop') && negative !== undefined)
    reject('promises', 'writes-never-stop', 'writes that stop, in a negative drill');
  for (const name of mustObserve)
    if (!Object.hasOwn(observations, name)) reject('mustObserve', `'${name}'`, `one of ${Object.keys(observations).join(', ')}`);
  if (mustObserve.length === 0) reject('mustObserve', 'nothing', 'at least one thing that shows the fault happened');
}

function checkNumbers({ load, limits, window, negative, promises: made }: Drill, reject: Reject): void {
  const mayBeNone = [...(made.includes('one-writer') ? [] : ['pinned_hz']), ...(made.includes('reads-answer') ? [] : ['read_hz'])];
  for (const [name, value] of Object.entries({ ...load, ...limits, ...window, ...negative })) {
    const fine = Number.isFinite(value) && (value > 0 || (value === 0 && mayBeNone.includes(name)));
    if (!fine) reject(name, String(value), 'a finite number above 0');
  }
  if (load.minimum_hz > load.rate_hz) reject('minimum_hz', String(load.minimum_hz), `at most the ${load.rate_hz} a second that are sent`);
  if (load.attempt_timeout_ms >= limits.recovery_ms)
    reject(
      'attempt_timeout_ms',
      `${load.attempt_timeout_ms} ms`,
      `less than the ${limits.recovery_ms} ms of the limit, which it would blur`,
    );
}

function checkWindow(drill: Drill, reject: Reject): void {
  const { window, limits, fault } = drill;
  const returns_s = 'returns_after_s' in fault ? (fault.returns_after_s ?? 0) : 0;
  const course_s = drill.store === 'msk' ? courseOf(drill) : drill.store === 'etcd' ? courseOfEtcd(drill) : 0;
  const needs_s = window.baseline_s + returns_s + course_s + Math.max(window.settle_s, limits.recovery_ms / 1_000 + 10);
  if (window.deadline_s < needs_s)
    reject(
      'window',
      `a deadline of ${window.deadline_s} s`,
      `at least the ${needs_s} s that baseline, fault, limit and 10 healthy seconds take`,
    );
  for (const [name, value] of Object.entries({ baseline_s: window.baseline_s, poll_s: window.poll_s }))
    if (!Number.isInteger(value)) reject(name, `${value} s`, 'whole seconds, since the workflow waits no others');
  if (window.poll_s > window.settle_s)
    reject('window', `a poll every ${window.poll_s} s`, `more often than the ${window.settle_s} s that are watched`);
}

function checkAurora({ topology }: AuroraDrill, reject: Reject): void {
  const { members, zones, write_quorum, read_quorum, managed } = topology;
  const copies = managed === true ? auroraRule.copies : members;
  const whole = [members, zones, write_quorum, read_quorum].every((count) => Number.isInteger(count) && count >= 1);
  if (!whole || zones > members || write_quorum > copies || read_quorum > copies)
    reject(
      'topology',
      `${members} ${managed === true ? 'instances' : 'copies'}, ${zones} zones, quorums ${write_quorum} and ${read_quorum}`,
      'whole numbers from 1 to the number of copies',
    );
  if (!recoverySeesWrites({ copies, write: write_quorum, read: read_quorum })) {
    reject(
      'topology',
      `W + R = ${write_quorum} + ${read_quorum} for ${copies} copies`,
      `more than ${copies}, or a recovery may miss a write`,
    );
  }
}

function checkFault({ fault, negative }: Drill, reject: Reject): void {
  if (fault.kind === 'writer-freeze' && !(fault.thaw_after_s > 0))
    reject('fault', `a thaw after ${fault.thaw_after_s} s`, 'a time above 0');
  if (negative === undefined) return;
  if (fault.kind !== 'zone-loss' && fault.kind !== 'broker-kill' && fault.kind !== 'majority-kill') {
    reject('fault', fault.kind, 'a loss of copies, in a drill that wants quorum lost');
    return;
  }
  if (!(fault.returns_after_s !== undefined && fault.returns_after_s >= negative.writes_must_stop_for_s)) {
    reject(
      'fault',
      `a return after ${fault.returns_after_s} s`,
      `copies that stay away at least the ${negative.writes_must_stop_for_s} s that writes must stop`,
    );
  }
  if (!(fault.returning !== undefined && fault.returning >= 1)) reject('fault', `${fault.returning} copies returning`, 'at least one');
}

const service: PromiseName[] = [
  'recovery-within-limit',
  'writes-never-stop',
  'reads-answer',
  'full-isr-between-steps',
  'no-election-storm',
];

function checkEnding({ mustEnd, promises: made }: Drill, reject: Reject): void {
  if (mustEnd.outcome !== 'fail' && mustEnd.outcome !== 'inconclusive') return;
  const { check } = mustEnd;
  if (check !== undefined && !checkRules.some((rule) => rule.name === check))
    reject('mustEnd', `check '${check}'`, `one of ${checkRules.map((rule) => rule.name).join(', ')}`);
  const timed = made.some((name) => service.includes(name));
  if (mustEnd.outcome === 'fail' && mustEnd.grade !== 'F' && !timed)
    reject('mustEnd', `grade ${mustEnd.grade}`, 'a promise about service that can be broken');
}
