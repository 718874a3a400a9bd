import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auroraRule,
  byzantine,
  copiesAtCommit,
  majority,
  overlap,
  quorumCommit,
  readQuorum,
  recoverySeesWrites,
  spare,
} from '../../core/quorum.ts';

const members = fc.integer({ min: 1, max: 1_000 });

describe('quorum arithmetic', () => {
  // etcd FAQ, failure tolerance; etcd-operator#399 uses the same numbers for its disruption budget.
  test.each([
    [1, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [4, 3, 1],
    [5, 3, 2],
    [6, 4, 2],
    [7, 4, 3],
    [9, 5, 4],
  ])('%i voters: majority %i, spare %i', (voters, quorum, lost) => {
    expect([majority(voters), spare(voters)]).toEqual([quorum, lost]);
  });

  test('an even group tolerates no more than one voter less does', () => {
    fc.assert(fc.property(members, (half) => spare(2 * half) === spare(2 * half - 1)));
  });

  test('two majorities meet, and two halves need not', () => {
    fc.assert(
      fc.property(members, fc.infiniteStream(fc.boolean()), (voters, coins) => {
        const shuffled = Array.from({ length: voters }, (_, name) => ({ name, first: coins.next().value })).sort(
          (a, b) => Number(a.first) - Number(b.first),
        );
        const left = new Set(shuffled.slice(0, majority(voters)).map((voter) => voter.name));
        expect(shuffled.slice(-majority(voters)).some((voter) => left.has(voter.name))).toBe(true);
        expect(overlap(voters, majority(voters), majority(voters))).toBeGreaterThanOrEqual(1);
      }),
    );
    expect(overlap(6, 3, 3)).toBe(0);
  });

  test('Aurora writes with 4 of 6 and recovers with 3: a zone may go and still write, a zone and a copy and still read', () => {
    expect(recoverySeesWrites(auroraRule)).toBe(true);
    expect([
      auroraRule.copies - 2 >= auroraRule.write,
      auroraRule.copies - 3 >= auroraRule.write,
      auroraRule.copies - 3 >= auroraRule.read,
    ]).toEqual([true, false, true]);
  });

  test('the fewest copies that see every write: one less may miss it', () => {
    fc.assert(
      fc.property(members, fc.nat(), (copies, any) => {
        const write = 1 + (any % copies);
        const read = readQuorum(copies, write);
        expect(recoverySeesWrites({ copies, write, read })).toBe(true);
        expect(recoverySeesWrites({ copies, write, read: read - 1 })).toBe(false);
      }),
    );
  });

  test('ANY 3 of five standbys is exactly the rule of Aurora', () => {
    expect(quorumCommit(3, 5)).toEqual(auroraRule);
    expect(copiesAtCommit({ mode: 'quorum', standbys: 3, of: [] })).toBe(4);
    expect([copiesAtCommit({ mode: 'asynchronous' }), copiesAtCommit({ mode: 'local' })]).toEqual([1, 1]);
  });

  test.each([
    [1, 0, 1],
    [3, 0, 2],
    [4, 1, 3],
    [7, 2, 5],
    [10, 3, 7],
  ])('%i members that may lie: %i faults, quorum %i', (count, faults, quorum) => {
    expect(byzantine(count)).toEqual({ faults, quorum });
  });

  test('two Byzantine quorums meet in an honest member, and one is left when all faulty ones are silent', () => {
    fc.assert(
      fc.property(members, (count) => {
        const { faults, quorum } = byzantine(count);
        expect(overlap(count, quorum, quorum)).toBeGreaterThan(faults);
        expect(count - faults).toBeGreaterThanOrEqual(quorum);
      }),
    );
  });
});
