import type { Report } from '../../core/report.ts';
import type { ObservedTopology } from '../../core/topology.ts';
import { html, type Markup, section, table } from '../markup.ts';
import { nounsOf } from '../nouns.ts';
import { auroraFacts, controllerTable } from './aurora.ts';
import { etcdFacts } from './etcd.ts';
import { kafkaFacts, partitionTable } from './kafka.ts';

/** What was declared beside what was really there. */
export function topologySection(report: Report): Markup {
  const { observed, declared, differences } = report.topology;
  return section(
    'topology',
    'Topology',
    html`<div class="pair"><div><h3>Declared</h3><ul>${declared.map((text) => html`<li>${text}</li>`)}</ul></div>
<div><h3>Observed</h3>${observed ? html`<ul>${factsOf(observed).map((text) => html`<li>${text}</li>`)}</ul>` : html`<p>It could not be read.</p>`}</div></div>`,
    html`<h3>Differences</h3>${differences.length === 0 ? html`<p>${observed ? 'None: what was there is what the drill declares.' : 'Unknown, since nothing was observed.'}</p>` : html`<ul class="bad">${differences.map((text) => html`<li>${text}</li>`)}</ul>`}`,
    observed &&
      table(
        'Members as seen at preflight',
        ['Member', nounsOf(report).zone, 'Role', 'Healthy'],
        observed.members.map(({ name, zone, role, healthy }) => [
          name,
          zone,
          role,
          healthy ? '✓ yes' : html`<span class="bad">✗ no</span>`,
        ]),
        60,
      ),
    observed?.store === 'aurora' && observed.controller && controllerTable(observed.controller),
    observed?.store === 'msk' && partitionTable(observed),
  );
}

function factsOf(observed: ObservedTopology): string[] {
  if (observed.store === 'etcd') return etcdFacts(observed);
  return observed.store === 'aurora' ? auroraFacts(observed) : kafkaFacts(observed);
}
