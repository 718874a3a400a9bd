import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../core/record.ts';
import { bandsOf, downOf } from '../../report/bands.ts';
import { marksOf, textWidth, windowOf } from '../../report/moments.ts';
import { AT, aRecord, STARTED_AT } from '../core/a-record.ts';
import { aReport } from './a-report.ts';

const width = 868;

test('labels never overlap, and no leader crosses another label that starts at its event', () => {
  const event = fc.record({
    at: fc.integer({ min: 0, max: 10_000 }),
    what: fc.constantFrom('member-lost' as const, 'healing' as const, 'writer-promoted' as const),
    who: fc.stringMatching(/^[a-z]{1,12}$/),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const sorted = events.map((each): Event => ({ ...each, text: '' })).sort((a, b) => a.at - b.at);
      const boxes = marksOf(sorted, { from: 0, to: 10_000 }, 0, width).map((mark) => {
        const x = (mark.at_s / 10) * width;
        const wide = textWidth(mark.label);
        return { ...mark, x, left: mark.anchor === 'start' ? x : x - wide, right: mark.anchor === 'start' ? x + wide : x };
      });
      for (const a of boxes)
        for (const b of boxes) {
          if (a === b) continue;
          if (a.row === b.row) expect(a.right <= b.left || b.right <= a.left, `${a.label} ${b.label}`).toBe(true);
          if (a.row < b.row && b.anchor === 'start' && a.anchor === 'start') expect(a.x > b.left && a.x < b.right).toBe(false);
        }
    }),
  );
});

test('three copies lost at once share a label', () => {
  const events = ['pg-3', 'pg-4', 'pg-5'].map((who, n): Event => ({ at: 1_000 + n, what: 'member-lost', who, text: '' }));
  expect(marksOf(events, { from: 0, to: 5_000 }, 0, width).map((mark) => mark.label)).toEqual(['member lost pg-3, pg-4, pg-5']);
});

test('of too many events those that repeat are left out first, so that every step of a roll is marked', () => {
  const whats = ['injecting', 'fault-started', 'member-stopping', 'fault-confirmed', 'member-lost', 'fault-ended', 'member-back'] as const;
  const events = [0, 1, 2].flatMap((step) =>
    whats.map((what, n): Event => ({ at: step * 20_000 + n * 1_000, what, who: `broker-${step + 1}`, text: '' })),
  );
  expect(marksOf(events, { from: 0, to: 60_000 }, 0, width).map((mark) => mark.label)).toEqual(
    ['broker-1', 'broker-2', 'broker-3'].flatMap((who) => [`fault started ${who}`, `member lost ${who}`, `member back ${who}`]),
  );
});

test('the outage of the lanes is drawn, its end as a span', () => {
  const down = downOf(aRecord());
  expect(down && down.start[0] >= STARTED_AT + AT.fault && down.start[0] < STARTED_AT + AT.down + 10).toBe(true);
  expect(down?.end && down.end[1] > STARTED_AT + AT.up && down.end[0] <= STARTED_AT + AT.up).toBe(true);
});

test('nothing injected: no bands', () => {
  const record = aRecord((each) => Object.assign(each, { events: [], experiments: [] }));
  expect(bandsOf(aReport(record), record, { from: 0, to: 1 })).toEqual([]);
  expect(downOf(record)).toBeNull();
});

test('bands name what they show', () => {
  const record = aRecord();
  const window = windowOf(record);
  expect(window && bandsOf(aReport(record), record, window).map((band) => band.label)).toEqual([
    'fault, the experiment ran 27 ms',
    'writes down 517 to 541 ms',
    'writes expected back after 356 ms to 1.71 s (limit 10 s)',
  ]);
});

test('nothing watched: no window', () => {
  const record = aRecord((each) => Object.assign(each, { series: [], probe: { ...each.probe, segments: [], lanes: [] } }));
  expect(windowOf(record)).toBeNull();
});
