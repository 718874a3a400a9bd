import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStale, Register, StaleReads } from '../../core/register.ts';

/** One operation with the places of its begin and end in the order of all events; a write that was never acknowledged has no end. */
type Op = { begin: number; end: number } & ({ write: number } | { read: number | null });

/** What happened, event by event: `w3` begins to write 3, `a3` is its acknowledgement, `r` begins a read and `=2` ends the oldest open one. */
function history(text: string): Op[] {
  const ops: Op[] = [];
  const reads: Op[] = [];
  for (const [at, event] of text.split(' ').entries()) {
    const n = event.slice(1) === '' ? null : Number(event.slice(1));
    if (event.startsWith('w')) ops.push({ begin: at, end: Number.POSITIVE_INFINITY, write: n ?? 0 });
    if (event.startsWith('a')) for (const op of ops) if ('write' in op && op.write === n) op.end = at;
    if (event.startsWith('r')) {
      const read = { begin: at, end: Number.POSITIVE_INFINITY, read: null };
      reads.push(read);
    }
    const open = event.startsWith('=') ? reads.shift() : undefined;
    if (open) ops.push({ ...open, end: at, read: n });
  }
  return ops;
}

/** The reads that the register calls stale, as the witness would ask it: what it must return when sent, what it did when answered. */
function stale(ops: Op[]): Op[] {
  const register = new Register();
  const wanted = new Map<Op, number | null>();
  const found: Op[] = [];
  const events = ops.flatMap((op) => [
    { at: op.begin, op, end: false },
    { at: op.end, op, end: true },
  ]);
  for (const { at, op, end } of events.toSorted((a, b) => a.at - b.at)) {
    if (!Number.isFinite(at)) continue;
    if ('write' in op) {
      if (end) register.known(op.write);
    } else if (!end) wanted.set(op, register.least);
    else {
      if (isStale({ wanted: wanted.get(op) ?? null, got: op.read })) found.push(op);
      if (op.read !== null) register.known(op.read);
    }
  }
  return found;
}

/** Tries every order that keeps what ended before what began later: a read returns the highest number before it. */
function linearizable(ops: Op[], done = new Set<Op>(), value: number | null = null): boolean {
  const open = ops.filter((op) => !done.has(op));
  // What was never acknowledged may never have been applied.
  if (open.every(({ end }) => end === Number.POSITIVE_INFINITY)) return true;
  const earliest_end = Math.min(...open.map(({ end }) => end));
  return open
    .filter(({ begin }) => begin < earliest_end)
    .some((op) => {
      if ('read' in op && op.read !== value) return false;
      const next = 'write' in op ? Math.max(value ?? 0, op.write) : value;
      return linearizable(ops, new Set([...done, op]), next);
    });
}

/** Any history of one writer and several readers in which no read returns a number before its write began. */
const histories = fc.array(fc.tuple(fc.nat(3), fc.nat(99)), { minLength: 6, maxLength: 22 }).map((steps) => {
  const events: string[] = [];
  const unacknowledged: number[] = [];
  let begun = 0;
  let reading = 0;
  for (const [step, choice] of steps) {
    if (step === 0 && begun < 5) {
      unacknowledged.push(begun);
      events.push(`w${begun++}`);
    } else if (step === 1 && unacknowledged.length > 0) {
      events.push(`a${unacknowledged.splice(choice % unacknowledged.length, 1)[0]}`);
    } else if (step === 2 && reading < 3) {
      reading += 1;
      events.push('r');
    } else if (step === 3 && reading > 0) {
      reading -= 1;
      const got = choice % (begun + 1);
      events.push(got === begun ? '=' : `=${got}`);
    }
  }
  return history(events.join(' '));
});

test('a history has a stale read exactly when no order of its operations explains it', () => {
  let linear = 0;
  let broken = 0;
  fc.assert(
    fc.property(histories, (ops) => {
      const explained = linearizable(ops);
      if (explained) linear += 1;
      else broken += 1;
      expect(stale(ops).length === 0).toBe(explained);
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(linear, broken)).toBeGreaterThan(100);
});

describe('known histories', () => {
  test.each([
    ['a read that returns what was acknowledged', 'w0 a0 r =0'],
    ['a read of nothing before anything was acknowledged', 'w0 r = a0'],
    ['a number in flight that is seen', 'w0 w1 a0 r =1'],
    ['a number in flight that is not seen', 'w0 w1 a0 r =0'],
    ['a number acknowledged while the read was on its way', 'w0 a0 w1 r a1 =0'],
    ['an indeterminate number that is seen later', 'w0 a0 w1 r =0 r =1'],
    ['two reads at a time, the first to be answered ahead of the other', 'w0 a0 w1 r r =1 =0'],
    ['numbers acknowledged out of order', 'w0 w1 a1 a0 r =1'],
  ])('fine: %s', (_, events) => {
    expect(stale(history(events))).toEqual([]);
    expect(linearizable(history(events))).toBe(true);
  });

  test.each([
    ['nothing after an acknowledgement', 'w0 a0 r ='],
    ['an older number after an acknowledgement', 'w0 a0 w1 a1 r =0'],
    ['an older number long after it, as from a member that was cut off', 'w0 a0 w1 a1 r =1 w2 a2 r =2 r =0'],
    ['back to before a number that was in flight, and seen', 'w0 a0 w1 r =1 r =0'],
    ['a low number acknowledged last hides nothing', 'w0 w1 a1 a0 r =0'],
  ])('stale: %s', (_, events) => {
    expect(stale(history(events))).toHaveLength(1);
    expect(linearizable(history(events))).toBe(false);
  });
});

test('what a lane reports: reads with something to return, those that returned less, the first of them and when the last was', () => {
  const reads = new StaleReads();
  reads.note({ wanted: null, got: 4 }, 10);
  expect(reads.report()).toBeUndefined();
  reads.note({ wanted: 4, got: 5 }, 20);
  expect(reads.report()).toEqual({ compared: 1, count: 0, first: null, last_at: null });
  reads.note({ wanted: 7, got: 6 }, 30);
  reads.note({ wanted: 9, got: null }, 40);
  reads.note({ wanted: 9, got: 9 }, 50);
  expect(reads.report()).toEqual({ compared: 4, count: 2, first: { at: 30, wanted: 7, got: 6 }, last_at: 40 });
});
