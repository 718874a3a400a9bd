import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { html, type Markup, section, table } from '../markup.ts';
import { missing, offset, setting, utc } from '../phrases.ts';
import { zeroOf } from '../reading.ts';

/** Where every byte of this page came from. */
export function provenanceSection(report: Report, record: Record): Markup {
  const { program, program_version, node, platform, settings } = record.provenance;
  const zero = zeroOf(record).at;
  const rows = [
    ['run', record.run],
    ['source', record.source],
    ['engine', `${record.engine.name} ${record.engine.version}`],
    ['started', utc(record.started_at)],
    ['ended', utc(record.ended_at)],
    ['outcome', report.outcome],
    ['healed', record.healed ? 'yes' : 'no'],
    ['clocks agree within', setting(record.probe.clock_uncertainty_ms)],
    ['program', `${program} ${program_version}`],
    ['node', node],
    ['platform', platform],
    ...Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const rolled = record.experiments.length > 1;
  const when = (at: number | null) => (at === null ? missing : offset(at - zero));
  return section(
    'provenance',
    'Provenance',
    html`<p>Graded from record.json alone: the same record always gives this same report.</p>`,
    table(
      'Experiments',
      ['Experiment', 'Step', 'Status', 'Start', 'End', ...(rolled ? ['Victims'] : [])],
      record.experiments.map((each) => [
        each.id,
        each.step,
        each.status,
        when(each.start_at),
        when(each.end_at),
        ...(rolled ? [each.victims?.join(', ') ?? missing] : []),
      ]),
    ),
    table('The run and what it ran on', ['What', 'Value'], rows, 80),
  );
}
