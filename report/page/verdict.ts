import type { Decision } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { first } from '../clean.ts';
import { isOfPartition } from '../decided.ts';
import { ledgerRows, lostPlaces } from '../ledger-words.ts';
import { html, type Markup, section, table } from '../markup.ts';
import { nounsOf } from '../nouns.ts';
import { count, many } from '../phrases.ts';
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

export function ledgerSection(report: Report): Markup {
  const { ledger } = report;
  const nouns = nounsOf(report);
  const kafka = nouns.store === 'msk';
  if (!ledger) return section('ledger', 'Ledger', html`<p>Nothing was read back, so nothing is claimed about loss.</p>`);
  const rows = ledgerRows(ledger, nouns).map(({ label, text, bad }) => [label, bad ? html`<span class="bad">✗ ${text}</span>` : text]);
  const lost = lostPlaces(ledger).map(({ where, offsets, lane, numbers, listed }) => [
    ...(kafka ? [where, offsets || 'not remembered'] : []),
    lane,
    numbers,
    many(listed, nouns.write),
  ]);
  const places = kafka ? ['Partition', 'Offsets'] : [];
  return section(
    'ledger',
    'Ledger',
    table(
      `Every ${nouns.write} of the probe, compared with what was read back after healing`,
      [kafka ? 'Records' : 'Writes', 'Count'],
      rows,
    ),
    table('Lost: numbers that were acknowledged and not read back', [...places, 'Lane', 'Numbers', 'Listed'], lost, 300),
  );
}

export function admissionSection({ admission }: Report): Markup {
  const whole = admission.filter((each) => !isOfPartition(each));
  // Refusals first; otherwise as computed, which is the worst partition first.
  const partitions = admission.filter(isOfPartition).sort((a, b) => Number(a.admit) - Number(b.admit));
  return section(
    'admission',
    'Admission',
    html`<p>Computed from the live topology before the load, and again immediately before the fault. Every line has to admit.</p>`,
    admission.length === 0 && html`<p>No decision was recorded.</p>`,
    decisionsTable('Admission arithmetic', whole),
    decisionsTable('Partition by partition, refusals and the worst of each look first', partitions),
  );
}

function decisionsTable(caption: string, decisions: Decision[]): Markup {
  const rows = decisions.map(({ inequality, stage, step, admit, margin, victims }) => [
    html`<code>${inequality}</code>`,
    step === undefined ? stage : `${stage}, step ${step + 1}`,
    admit ? html`<span class="good">✓ admit</span>` : html`<span class="bad">✗ refuse</span>`,
    count(margin),
    victims.join(', '),
  ]);
  return table(caption, ['Inequality', 'Stage', 'Decision', 'Margin', 'Victims'], rows, 400);
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
