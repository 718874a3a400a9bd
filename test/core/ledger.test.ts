import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LaneLedger } from '../../core/ledger.ts';

const outcome = fc.constantFrom('ok' as const, 'failed' as const, 'indeterminate' as const);

describe('a lane ledger', () => {
  test('counts like a plain map does, whatever the order of marking and reading', () => {
    const writes = fc.array(fc.record({ outcome, present: fc.boolean(), rank: fc.integer() }), { maxLength: 300 });
    fc.assert(
      fc.property(writes, (plan) => {
        const ledger = new LaneLedger();
        const numbered = plan.map((write, n) => ({ ...write, n }));
        for (const write of [...numbered].sort((a, b) => a.rank - b.rank)) ledger.mark(write.n, write.outcome);
        for (const write of numbered.filter((each) => each.present)) ledger.read(write.n);
        const count = (kind: string, present: boolean) =>
          plan.filter((write) => write.outcome === kind && write.present === present).length;
        const counts = {
          acked: count('ok', true) + count('ok', false),
          failed: count('failed', true) + count('failed', false),
          indeterminate: { present: count('indeterminate', true), absent: count('indeterminate', false) },
          lost: count('ok', false),
          failed_present: count('failed', true),
        };
        expect(ledger.compare()).toEqual(counts);
        const copy = LaneLedger.from(ledger.outcomes(), ledger.present());
        expect(copy.compare()).toEqual(counts);
        expect(copy.outcomes()).toBe(ledger.outcomes());
        const lost = numbered.filter((write) => write.outcome === 'ok' && !write.present).map((write) => write.n);
        expect(copy.lostRanges(1_000).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))).toEqual(lost);
      }),
    );
  });

  test('says what is known by number', () => {
    const ledger = new LaneLedger();
    for (const n of [0, 1, 5]) ledger.mark(n, 'ok');
    ledger.mark(3, 'failed');
    expect(ledger.outcomes()).toBe('a2 i1 f1 i1 a1');
    for (const n of [5, 0]) ledger.read(n);
    expect(ledger.present()).toBe('p1 m4 p1');
    expect(ledger.lostRanges(5)).toEqual([[1, 1]]);
  });

  test('lists no more lost ranges than asked for', () => {
    const ledger = new LaneLedger();
    for (let n = 0; n < 100; n += 1) ledger.mark(n, n % 2 === 0 ? 'ok' : 'failed');
    expect(ledger.lostRanges(2)).toEqual([
      [0, 0],
      [2, 2],
    ]);
  });

  test('doubt may be resolved, a certain outcome not contradicted', () => {
    const ledger = new LaneLedger();
    ledger.mark(7, 'indeterminate');
    ledger.mark(7, 'ok');
    expect(ledger.compare().acked).toBe(1);
    expect(() => ledger.mark(7, 'failed')).toThrow('number 7 is failed after it was ok');
    expect(() => ledger.mark(7, 'indeterminate')).toThrow('number 7 is indeterminate after it was ok');
  });

  test('counts what comes twice and what comes out of order', () => {
    const ledger = new LaneLedger(10);
    for (const n of [0, 2, 1, 2, 9]) ledger.read(n);
    expect([ledger.duplicated, ledger.reordered, ledger.present()]).toEqual([1, 1, 'p3 m6 p1']);
  });

  test.each([-1, 10, 1.5, Number.NaN])('number %s is beyond the lane', (n) => {
    expect(() => new LaneLedger(10).read(n)).toThrow(`read back number ${n} of a lane of 10`);
  });

  test('a read-back longer than the lane is an error', () => {
    expect(() => LaneLedger.from('a5', 'p6')).toThrow('read back 6 numbers of a lane of 5');
  });

  test('grows with the highest number, not with how often it is told', () => {
    const ledger = new LaneLedger();
    for (let again = 0; again < 3; again += 1) for (let n = 0; n < 100_000; n += 1) ledger.mark(n, 'ok');
    expect(ledger.bytes()).toBeLessThan(3 * 2 * (100_000 / 8));
  });
});
