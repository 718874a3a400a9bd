import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Band } from './bands.ts';
import { escaped } from './markup.ts';
import type { EventMark } from './moments.ts';

/** Width of every plot in CSS pixels, and of the part between its margins that the time axis spans. */
const plot_px = 960;
const margin = { left: 64, right: 28 };
export const axis_px = plot_px - margin.left - margin.right;

/** The time axis, seconds from t = 0. */
export interface Axis {
  from_s: number;
  to_s: number;
}

type Options = NonNullable<Parameters<typeof Plot.plot>[0]>;
export type Mark = NonNullable<Options['marks']>[number];

export const { areaY, barX, gridY, line, rect, ruleX, ruleY, tickX } = Plot;

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Text in the colour of ink with a halo of the page behind it, readable over bars and lines. */
export function say<T>(data: T[], options: Plot.TextOptions): Mark {
  return Plot.text(data, { fill: 'var(--ink)', stroke: 'var(--card)', strokeWidth: 4, ...options });
}

/** The fill of a hatched area in the plot of this id. */
export function hatched(id: string): string {
  return `url(#hatch-${id})`;
}

/** What plots over the same seconds share; `id` is unique on the page. */
export interface Scene {
  id: string;
  axis: Axis;
  bands: Band[];
  marks: EventMark[];
}

/** One plot over the time axis as SVG text: a picture with a name, colours from the page, and nothing of its own to load. */
export function draw(id: string, name: string, { from_s, to_s }: Axis, options: Options): string {
  const svg = Plot.plot({
    document,
    width: plot_px,
    marginLeft: margin.left,
    marginRight: margin.right,
    ...options,
    x: {
      domain: [from_s, to_s],
      label: null,
      tickFormat: (value: number) => `${String(value).replace('-', '−')} s`,
      ticks: 10,
      ...options.x,
    },
  });
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.setAttribute('role', 'img');
  svg.removeAttribute('font-family');
  svg.setAttribute('font-size', '12');
  return own(svg.outerHTML, id, name);
}

/** Plot counts its clips through the process: named by plot instead, the same record gives the same bytes. */
function own(svg: string, id: string, name: string): string {
  const clips = [...new Set(svg.match(/plot-clip-\d+/g))];
  const named = svg.replace(/plot-clip-\d+/g, (clip) => `clip-${id}-${clips.indexOf(clip)}`);
  const defs = named.includes(hatched(id)) ? hatch(id) : '';
  return named.replace(/^<svg([^>]*)>/, (_, rest: string) => `<svg aria-label="${escaped(name)}"${rest}>${defs}`);
}

function hatch(id: string): string {
  const lines = '<rect width="5" height="5" fill="var(--unsure-soft)"/><rect width="2" height="5" fill="var(--unsure)"/>';
  return `<defs><pattern id="hatch-${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">${lines}</pattern></defs>`;
}
