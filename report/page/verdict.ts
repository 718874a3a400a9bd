import type { Report } from '../../core/report.ts';
import { first } from '../clean.ts';
import { ledgerRows } from '../ledger-words.ts';
import { html, type Markup, section, table } from '../markup.ts';
import { count, many, ranges } from '../phrases.ts';
import { tally } from '../scorecard/sections.ts';

const words = {
  pass: html`<span class="good">✓ pass</span>`,
  inconclusive: html`<span class="doubt">? inconclusive</span>`,
  fail: html`<span class="bad">✗ fail</span>`,
};

export function checksSection({ checks }: Report): Markup {
  const rows = checks.map((check) => [check.name, words[check.verdict], check.wanted, check.got, check.why]);
  return section(
    'checks',
    'Checks',
    checks.length === 0 && html`<p>Nothing was checked: the run did not get that far.</p>`,
    table(tally(checks), ['Check', 'Verdict', 'Wanted', 'Got', 'Why'], rows),
  );
}

export function ledgerSection({ ledger }: Report): Markup {
  if (!ledger) return section('ledger', 'Ledger', html`<p>Nothing was read back, so nothing is claimed about loss.</p>`);
  const rows = ledgerRows(ledger).map(({ label, text, bad }) => [label, bad ? html`<span class="bad">✗ ${text}</span>` : text]);
  const lost = ledger.lost_list.map(({ lane, ranges: numbers }) => [
    lane,
    ranges(numbers),
    many(
      numbers.reduce((sum, [from, to]) => sum + to - from + 1, 0),
      'write',
    ),
  ]);
  return section(
    'ledger',
    'Ledger',
    table('Every write of the probe, compared with what was read back after healing', ['Writes', 'Count'], rows),
    table('Lost: numbers that were acknowledged and not read back', ['Lane', 'Numbers', 'Listed'], lost),
  );
}

export function admissionSection({ admission }: Report): Markup {
  const rows = admission.map(({ inequality, stage, admit, margin, victims }) => [
    html`<code>${inequality}</code>`,
    stage,
    admit ? html`<span class="good">✓ admit</span>` : html`<span class="bad">✗ refuse</span>`,
    count(margin),
    victims.join(', '),
  ]);
  return section(
    'admission',
    'Admission',
    html`<p>Computed from the live topology before the load, and again immediately before the fault. Every line has to admit.</p>`,
    admission.length === 0 && html`<p>No decision was recorded.</p>`,
    table('Admission arithmetic', ['Inequality', 'Stage', 'Decision', 'Margin', 'Victims'], rows),
  );
}

export function findingsSection({ findings }: Report): Markup {
  const { shown, more } = first(findings, 100);
  return shown.length === 0
    ? html``
    : section(
        'findings',
        'Findings',
        html`<ul>${shown.map((text) => html`<li>${text}</li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul>`,
      );
}
