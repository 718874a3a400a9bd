import type { Report } from '../../core/report.ts';
import { html, type Markup, section, table } from '../markup.ts';
import { restoreRows } from '../restore.ts';

/** Snapshot, RTO and RPO; nothing where no snapshot was restored. */
export function restoreSection({ restore }: Report): Markup {
  if (restore === undefined) return html``;
  return section(
    'restore',
    'Restore',
    html`<p>The RTO is how long no write was acknowledged; the RPO is how old the snapshot was when the members were lost. Keys and values are in no report: hashes and counts alone.</p>`,
    table(
      'What the snapshot held and what restoring it cost',
      ['What', 'Value'],
      restoreRows(restore).map(({ label, text, bad }) => [label, bad ? html`<span class="bad">${text}</span>` : text]),
    ),
  );
}
