import type { Series } from '../core/record.ts';
import type { RunRow } from './tools.ts';

/** Joins the pieces of each series by name, in the order in which names first appear. Where pieces meet in one bin, counts add up and percentiles keep the worse. */
export function mergeSeries(pieces: Series[]): Series[] {
  const byName = Map.groupBy(pieces, (piece) => `${piece.name}\n${piece.unit}\n${piece.bin_ms}`);
  return [...byName.values()].map(joined);
}

function joined(pieces: Series[]): Series {
  const first = pieces.reduce((a, b) => (b.start_at < a.start_at ? b : a));
  const places = pieces.map((piece) => ({ piece, offset: Math.round((piece.start_at - first.start_at) / piece.bin_ms) }));
  const points: (number | null)[] = new Array(Math.max(...places.map(({ piece, offset }) => offset + piece.points.length))).fill(null);
  const both = /\/p\d+(\/|$)/.test(first.name) ? Math.max : (a: number, b: number) => a + b;
  for (const { piece, offset } of places) {
    piece.points.forEach((point, index) => {
      const there = points[offset + index] ?? null;
      points[offset + index] = point === null ? there : there === null ? point : both(there, point);
    });
  }
  return { name: first.name, unit: first.unit, start_at: first.start_at, bin_ms: first.bin_ms, points };
}

/** Failures still tolerated as a series of one bin per poll, the least of each bin; none where nothing was seen. */
export function marginSeries(margins: RunRow['margins'], bin_ms: number): Series[] {
  const first = margins[0];
  if (first === undefined) return [];
  const points: (number | null)[] = [];
  for (const { at, margin } of margins) {
    const bin = Math.max(0, Math.floor((at - first.at) / bin_ms));
    while (points.length <= bin) points.push(null);
    points[bin] = Math.min(points[bin] ?? margin, margin);
  }
  return [{ name: 'margin', unit: 'failures', start_at: first.at, bin_ms, points }];
}
