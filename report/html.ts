import type { Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { drawn, html } from './markup.ts';
import { coverageSection } from './page/coverage.ts';
import { figures, headline } from './page/headline.ts';
import { marginSection } from './page/margin.ts';
import { partitionsSection } from './page/partitions.ts';
import { provenanceSection } from './page/provenance.ts';
import { recoverySection } from './page/recovery.ts';
import { restoreSection } from './page/restore.ts';
import { serversSection } from './page/servers.ts';
import { style } from './page/style.ts';
import { eventsSection, stageOf, timelineSection } from './page/timeline.ts';
import { topologySection } from './page/topology.ts';
import { admissionSection, checksSection, findingsSection, ledgerSection } from './page/verdict.ts';
import { stamp } from './reading.ts';

/** One page that opens from disk: no script, no network, and nothing a person wrote reaches it unescaped. */
export function renderHtml(report: Report, record: Record): string {
  const stage = stageOf(report, record);
  const refused = report.outcome === 'refused';
  const sections = [
    refused ? admissionSection(report) : null,
    recoverySection(report.recovery),
    restoreSection(report),
    timelineSection(report, record, stage),
    partitionsSection(report, record, stage),
    checksSection(report),
    ledgerSection(report),
    serversSection(report, record, stage),
    refused ? null : admissionSection(report),
    marginSection(report, record, stage),
    findingsSection(report),
    eventsSection(report, record),
    topologySection(report),
    coverageSection(report, record, stage),
    provenanceSection(report, record),
  ].filter((each) => each !== null);
  const contents = sections.flatMap(({ text }) =>
    [...text.matchAll(/<h2 id="([a-z]+)-h">([^<]+)</g)].map(([, id, heading]) => html`<li><a href="#${id}">${heading}</a></li>`),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${stamp(report)}: ${report.drill}</title>
<style>${drawn(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${headline(report, record)}
<nav aria-label="Sections"><ul>${contents}</ul></nav>
<main id="main">
${figures(report, record)}${sections}</main>
<footer><p>The whole evidence is in record.json, the same verdict for programs in report.json.</p></footer>
</body>
</html>
`.text;
}
