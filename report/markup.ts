import { clean, first } from './clean.ts';

/** Text that is HTML already; only `html` and `drawn` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: markup as it is, anything else cleaned and escaped, nothing for what is absent. */
export type Content = Markup | string | number | null | undefined | false | Content[];

/** The one way text becomes HTML: every value in it is escaped unless it is markup. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(strings.map((text, n) => (n === 0 ? text : put(values[n - 1]) + text)).join(''));
}

/** A picture from the charts, whose text they have escaped. */
export function drawn(svg: string): Markup {
  return new Markup(svg);
}

/** A table for eyes and ears: caption, column heads, the first cell of a row its head; rows beyond `limit` are counted. */
export function table(caption: string, head: string[], rows: Content[][], limit = 150): Markup {
  if (rows.length === 0) return html``;
  const { shown, more } = first(rows, limit);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${shown.map((cells) => html`<tr>${cells.map((cell, n) => (n === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>\n`)}</tbody>
</table></div>${more > 0 && html`<p class="note">and ${more} more, all in record.json</p>`}`;
}

/** A plot with its caption; where the window is narrow it scrolls by itself and keeps its size. */
export function figure(caption: string, ...pictures: (Markup | false)[]): Markup {
  return html`<figure><div class="scroll plots" role="region" tabindex="0" aria-label="plot, scrolls sideways where narrow">${pictures}</div>${caption && html`<figcaption>${caption}</figcaption>`}</figure>`;
}

/** A part of the page under its heading. */
export function section(id: string, heading: string, ...content: Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>\n${content}</section>\n`;
}

/** Text as HTML, in an element or in a quoted attribute: one line, of bounded length, no character with a meaning left. */
export function escaped(text: string): string {
  return clean(text, 2_000).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function put(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(put).join('');
  return escaped(String(value));
}
