import { marginAfter } from '../core/admission.ts';
import { replicationFactor } from '../core/kafka/described.ts';
import { byzantine, majority, spare } from '../core/quorum.ts';
import type { Report } from '../core/report.ts';
import type { ObservedTopology, StoreKind } from '../core/topology.ts';
import { byName } from '../core/words.ts';
import { clean } from './clean.ts';
import { many } from './phrases.ts';
import { type Look, paint, row, title } from './scorecard/paint.ts';

/** One store of a place; `topology` null where it cannot be read, and then `why` says so. */
export interface MappedStore {
  name: string;
  kind: StoreKind;
  topology: ObservedTopology | null;
  why: string;
  /** The drills that cover it, with their latest report. */
  drills: { name: string; last: Pick<Report, 'run' | 'grade' | 'outcome' | 'ended_at'> | null }[];
}

/** What quorum arithmetic says of a topology. */
export interface Rule {
  rule: string;
  quorum: string;
  /** Failures tolerated now, of the worst group that writes. */
  spare: number;
  /** The zone whose loss leaves least, and what is spare then; below 0 writes stop. null without members. */
  worst: { zone: string; margin: number } | null;
  byzantine: string;
}

/** What nobody outside AWS can break or see, by store. */
const managed: { [store in StoreKind]: string[] } = {
  aurora: ["its six storage copies: no call shows or breaks one; 4 of 6 writes and 3 of 6 reads are AWS's word"],
  msk: [
    'its controllers: neither their number nor their leader is told',
    'the hard loss of a broker: MSK only restarts one when it is asked to, which is another fault',
  ],
  etcd: ["EKS's own etcd: it cannot be reached; only members on instances of your own can be drilled"],
};

/** The arithmetic of a store from its topology alone. */
export function ruleOf(topology: ObservedTopology): Rule {
  const zones = [...new Set(topology.members.map(({ zone }) => zone))].sort(byName);
  const losses = zones.map((zone) => {
    const members = topology.members.filter((member) => member.zone === zone).map(({ name }) => name);
    return { zone, margin: marginAfter(topology, members) };
  });
  const [worst = null] = losses.sort((a, b) => a.margin - b.margin || byName(a.zone, b.zone));
  const { faults, quorum } = byzantine(topology.members.length);
  return {
    ...groupRule(topology),
    spare: marginAfter(topology, []),
    worst,
    byzantine: `not drilled: n >= 3f + 1, so ${many(topology.members.length, 'member')} would bear ${faults} that ${faults === 1 ? 'lies' : 'lie'}, with quorums of ${quorum}; members inside one trust boundary crash but do not lie`,
  };
}

function groupRule(topology: ObservedTopology): Pick<Rule, 'rule' | 'quorum'> {
  switch (topology.store) {
    case 'aurora': {
      const { write_quorum, read_quorum, managed } = topology;
      const quorum = `write ${write_quorum}, read ${read_quorum} of ${write_quorum + read_quorum - 1} copies`;
      return managed === undefined
        ? { rule: 'a recovery sees every acknowledged write: W + R > N', quorum }
        : { rule: 'W + R > N in the storage, which is managed; of the instances any one writes', quorum };
    }
    case 'msk':
      return {
        rule: 'per partition: writes with acks=all go on while ISR - lost >= min ISR',
        quorum: `min ISR ${topology.min_isr} of ${replicationFactor(topology)} replicas, ${many(topology.partitions.length, 'partition')}`,
      };
    case 'etcd': {
      const voters = topology.members.filter(({ role }) => role === 'voter').length;
      return {
        rule: 'majority: floor(n / 2) + 1',
        quorum: `${majority(voters)} of ${many(voters, 'voter')}, which spares ${spare(voters)}`,
      };
    }
    default:
      return topology satisfies never;
  }
}

/** The map as plain lines: each store with its rule, what it can spare, what covers it, and what cannot be drilled. Ends without a newline. */
export function renderMap(stores: MappedStore[], look: Look): string {
  return [
    ...stores.flatMap((store) => [...title(`${clean(store.name, 60)}  ${store.kind}`, look), ...storeLines(store, look)]),
    ...title('MANAGED, CANNOT BE DRILLED', look),
    ...(Object.keys(managed) as StoreKind[]).flatMap((kind) => managed[kind].flatMap((text, n) => row(n === 0 ? kind : '', text, look))),
  ].join('\n');
}

function storeLines({ topology, why, drills }: MappedStore, look: Look): string[] {
  if (topology === null) return [...row('unread', clean(why), look, { as: 'bad' }), ...drillLines(drills, look)];
  const { rule, quorum, spare, worst, byzantine } = ruleOf(topology);
  return [
    ...row('rule', rule, look),
    ...row('quorum', quorum, look),
    ...row('spare', String(spare), look, { as: spare < 1 ? 'bad' : 'plain' }),
    ...(worst === null
      ? []
      : row('worst zone', `${clean(worst.zone, 60)}: ${zoneWords(worst.margin)}`, look, { as: worst.margin < 0 ? 'bad' : 'plain' })),
    ...drillLines(drills, look),
    ...row('byzantine', byzantine, look),
  ];
}

function zoneWords(margin: number): string {
  return margin < 0 ? `its loss stops writes, ${-margin} short of a quorum` : `its loss leaves ${margin} to spare`;
}

function drillLines(drills: MappedStore['drills'], look: Look): string[] {
  if (drills.length === 0) return row('drills', paint('bad', 'none covers it', look), look);
  return drills.flatMap(({ name, last }, n) => row(n === 0 ? 'drills' : '', `${name}: ${lastWords(last)}`, look));
}

function lastWords(last: MappedStore['drills'][number]['last']): string {
  if (last === null) return 'never run';
  return `${last.grade ?? last.outcome}, ${new Date(last.ended_at).toISOString().slice(0, 10)} (${clean(last.run, 80)})`;
}
