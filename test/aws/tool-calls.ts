import { vi } from 'vitest';
import type { Drill } from '../../core/drill.ts';
import type { SuiteSettings } from '../../drills/target.ts';
import type { OpenDriver } from '../../lambdas/aws/drivers/open.ts';
import { everyPart, probing } from '../../lambdas/aws/parts.ts';
import { makeSuite } from '../../lambdas/aws/settings.ts';
import { anySideOf } from '../../lambdas/aws/store-sides.ts';
import { suiteTools } from '../../lambdas/aws/tools.ts';
import type { RunRow, Tools } from '../../lambdas/tools.ts';
import { answersFor, rowOf, runOf } from './answers.ts';
import { type Call, recorded } from './recorder.ts';

/** Asks one method of the tools for everything that it can ask of AWS, about one drill. */
type Ask = (tools: Tools, drill: Drill, row: RunRow) => Promise<unknown>;

const driverless = 'no driver in this test';
const openNone: OpenDriver = async (_protocol, _run, _clock, { postgres }) => {
  // A driver that logs in asks for its password.
  if (typeof postgres?.password === 'function') await postgres.password({ host: 'h.example', port: 5432, user: 'drill' });
  throw new Error(driverless);
};

/** Documents of a run, asked for apart because not every task reads or writes each. */
const documents: { [method: string]: Ask } = Object.fromEntries(
  ['segments/1.json', 'readback.json', 'record.json', 'report.json'].flatMap((name): [string, Ask][] => [
    [`evidence.put of ${name}`, ({ evidence }, _drill, { run }) => evidence.put(`${run}/${name}`, {})],
    [`evidence.get of ${name}`, ({ evidence }, _drill, { run }) => evidence.get(`${run}/${name}`)],
  ]),
);

/** Changes of a row that move the lease are asked apart, because not every task makes them. */
const asks: { [method: string]: Ask } = {
  'runs.claim': ({ runs }, drill, row) => runs.claim({ ...row, run: 'run-new', slot: `${drill.name}/slot`, takeover: false }),
  'runs.read': ({ runs }, _drill, row) => runs.read(row.run),
  'runs.change': ({ runs }, _drill, row) => runs.change(row.run, (own) => ({ ...own, margins: [] })),
  'runs.change that announces': ({ runs }, _drill, row) =>
    runs.change(row.run, (own) => ({ ...own, phase: 'injecting', steps: [...own.steps, { ...own.steps[0]!, step: 2, token: 't/2' }] })),
  'runs.change that withdraws': ({ runs }, _drill, row) =>
    runs.change(row.run, (own) => ({ ...own, halt: { at: 0, by: 'done', why: 'it is over' } })),
  'runs.release': ({ runs }, _drill, row) => runs.release(row.run, 'free', 'it is over'),
  'runs.lease': ({ runs }, _drill, row) => runs.lease(row.store),
  'runs.clear': ({ runs }, _drill, row) => runs.clear(row.store, 'looked at'),
  'runs.unreleased': ({ runs }) => runs.unreleased(),
  'faults.template': async ({ faults }, drill) => faults.template(drill),
  'faults.get': ({ faults }, _drill, row) => faults.get(row.steps[0]!.experiment!),
  'faults.find': ({ faults }, _drill, row) => faults.find('EXT', row.run),
  'faults.stop': ({ faults }, _drill, row) => faults.stop(row.steps[0]!.experiment!),
  'faults.undo': ({ faults }, _drill, row) => faults.undo(row),
  'faults.events': ({ faults }, _drill, row) => faults.events(row),
  'faults.restore': async ({ faults }, _drill, row) => faults.restore?.(row),
  'topology.store': async ({ topology }, drill) => topology.store(drill),
  'topology.observe': ({ topology }, drill) => topology.observe(drill),
  'topology.engine': ({ topology }, drill) => topology.engine(drill),
  'probe.watch': ({ probe }, drill, { run }) =>
    probe.watch(
      { run, drill, witness: 'even', segment: 1, stop_at: 0 },
      { beat: async () => ({ stop: true }), checkpoint: async () => {} },
    ),
  'probe.alarm': async ({ probe }, drill) => probe.alarm?.(drill),
  'probe.readback': ({ probe }, drill, { run }) => probe.readback(run, drill, []),
  'metrics.alarms': ({ metrics }) => metrics.alarms(['a-guard']),
  'metrics.series': ({ metrics }, drill) => metrics.series(drill, Date.now() - 600_000, Date.now()),
  ...documents,
  'calendar.open': ({ calendar }) => calendar.open(Date.now(), Date.now() + 1),
  'notices.publish': ({ notices }, drill, { run }) => notices.publish({ run, drill: drill.name, kind: 'verdict', text: 'pass' }),
  executionRunning: (tools, _drill, row) => tools.executionRunning(row.execution),
};

/** The calls of one method for one drill. */
export interface MethodCalls {
  method: string;
  drill: string;
  store: Drill['store'];
  calls: Call[];
}

/** Every command that a suite's tools send, by the method that sends it and the drill that it is about. */
export async function toolCalls(settings: SuiteSettings, drills: Drill[]): Promise<MethodCalls[]> {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  const tools = suiteTools(makeSuite({ DRILL_SUITE: JSON.stringify(settings) }, drills), [...everyPart, probing(openNone, anySideOf)]);
  const asked = Object.keys(asks).map((method) => method.replace(/ of .*/, ''));
  const missing = methodsOf(tools).filter((method) => !asked.includes(method));
  if (missing.length > 0) throw new Error(`tools: got nobody who asks ${missing.join(', ')}, wanted all asked; add them here`);
  const rows = drills.map((drill) => rowOf(drill, tools.topology.store(drill)));
  const found: MethodCalls[] = [];
  await recorded(answersFor(rows), async (calls) => {
    for (const drill of drills) {
      for (const [method, ask] of Object.entries(asks)) {
        await ask(tools, drill, rows.find(({ run }) => run === runOf(drill))!).catch(unlessDriverless);
        found.push({ method, drill: drill.name, store: drill.store, calls: calls.splice(0) });
      }
    }
  });
  vi.unstubAllEnvs();
  return found;
}

function unlessDriverless(error: unknown): void {
  if (!(error instanceof Error) || error.message !== driverless) throw error;
}

/** `part.method` of everything that a handler may call. */
export function methodsOf({ source: _, clock: __, drills: ___, ...parts }: Tools): string[] {
  return Object.entries(parts).flatMap(([part, value]) => {
    if (typeof value === 'function') return [part];
    const own = Object.getPrototypeOf(value) === Object.prototype ? value : Object.getPrototypeOf(value);
    return Object.getOwnPropertyNames(own).flatMap((name) => (name === 'constructor' ? [] : `${part}.${name}`));
  });
}
