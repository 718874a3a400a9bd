import { Aws, Tags } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Drill } from '../core/drill.ts';
import { machineName } from '../drills/target.ts';
import { placedDrills } from './config/drills.ts';
import { readConfig } from './config/read-config.ts';
import type { Config, DrillConfig } from './config/schema.ts';
import { DrillTarget } from './drill-target.ts';
import { HandlerFunction } from './handler-function.ts';
import { ImportedNetwork } from './probe-network.ts';
import { PublishedSuite } from './published-suite.ts';
import { Operations } from './shared/operations.ts';
import { SharedResources } from './shared/resources.ts';
import type { ScheduledDrill } from './shared/schedules.ts';
import type { StoreParts } from './store-parts.ts';
import { partsOf } from './stores.ts';
import { suiteEnvironment } from './suite-settings.ts';
import { forTask, suiteNeeds } from './task-needs.ts';
import { taskTimeout_s } from './task-timeouts.ts';

/**
 * Drills for the targets of a configuration: for each target its experiment templates and its state machine, and for all of
 * them the tables, the evidence and the functions that they share. Throws BadInput when the configuration is wrong.
 */
export class DrillSuite extends Construct {
  readonly config: Config;
  /** The drills as configured, by target. */
  readonly drills: { [target: string]: Drill[] };
  readonly shared: SharedResources;
  readonly parts: { [target: string]: StoreParts } = {};
  readonly targets: { [target: string]: DrillTarget } = {};
  /** The functions that all targets share, by task, and Sweep. */
  readonly handlers: { [task: string]: HandlerFunction } = {};

  constructor(scope: Construct, id: string, config: DrillConfig) {
    super(scope, id);
    this.config = readConfig(config);
    this.drills = placedDrills(this.config);
    for (const [key, value] of Object.entries(this.config.tags)) Tags.of(this).add(key, value);
    const { name, targets, calendars, notifications, evidence } = this.config;
    const { email } = notifications;
    this.shared = new SharedResources(this, 'Shared', { name, email, targets: Object.keys(targets), calendars, evidence });
    for (const target of Object.keys(targets)) this.parts[target] = this.makeParts(target);
    const environment = this.makeEnvironment();
    this.makeHandlers(environment);
    this.makeTargets(environment);
    const settings = environment.DRILL_SUITE ?? '';
    new PublishedSuite(this, 'Published', { name, settings, drills: Object.values(this.drills).flat() });
    this.makeOperations();
  }

  /** The state machine of each target. */
  get machines(): { [target: string]: StateMachine } {
    return Object.fromEntries(Object.entries(this.targets).map(([name, { workflow }]) => [name, workflow.machine]));
  }

  private makeParts(name: string): StoreParts {
    const target = this.config.targets[name];
    if (target === undefined) throw new Error(`target ${name}: got none, wanted one of ${Object.keys(this.config.targets).join(', ')}`);
    const scope = new Construct(this, `Store-${name}`);
    return partsOf(scope, name, target, {
      name: this.config.name,
      drills: this.drills[name] ?? [],
      network: new ImportedNetwork(scope, 'Network', target.network ?? this.config.network),
      shared: this.shared,
      stopAlarms: ({ guards }) => [this.shared.heartbeat(name).alarmArn, ...guards.map(alarmArn)],
    });
  }

  private makeEnvironment(): { [name: string]: string } {
    const all = Object.entries(this.parts);
    return suiteEnvironment(this, this.config.name, {
      account: Aws.ACCOUNT_ID,
      table: this.shared.table.tableName,
      bucket: this.shared.evidence.bucketName,
      topic: this.shared.topic.topicArn,
      bus: this.shared.bus.eventBusName,
      calendars: this.config.calendars,
      targets: all.map(([, { target }]) => target),
      placed: Object.fromEntries(all.flatMap(([name]) => (this.drills[name] ?? []).map((drill) => [drill.name, name]))),
      templates: Object.assign({}, ...all.map(([, { templates }]) => templates)),
    });
  }

  private makeHandlers(environment: { [name: string]: string }): void {
    const drills = Object.values(this.drills).flat();
    for (const [task, need] of Object.entries(suiteNeeds(Object.keys(this.parts).map((name) => this.machineName(name))))) {
      const permissions = [
        ...need.permissions,
        ...forTask(task, this.shared.permissions),
        ...Object.values(this.parts).flatMap((parts) => forTask(task, parts.permissions)),
      ];
      this.handlers[task] = new HandlerFunction(this, task, { ...need, permissions, timeout_s: taskTimeout_s(task), environment, drills });
    }
  }

  private makeTargets(environment: { [name: string]: string }): void {
    const { Sweep: _, ...tasks } = this.handlers;
    const functions: { [task: string]: IFunction } = {};
    for (const [task, handler] of Object.entries(tasks)) functions[task] = handler.function;
    const drills = Object.values(this.drills).flat();
    for (const [name, parts] of Object.entries(this.parts)) {
      const machine = this.machineName(name);
      this.targets[name] = new DrillTarget(this, `Target-${name}`, { machine, parts, shared: this.shared, drills, environment, functions });
    }
  }

  private makeOperations(): void {
    const { name, targets } = this.config;
    const sweep = this.handlers.Sweep;
    if (sweep === undefined) throw new Error('task Sweep: got no function for it, wanted one');
    const shown = Object.entries(this.parts).map(([each, { target }]) => ({ target, machine: this.machineOf(each) }));
    const schedules = Object.entries(targets).flatMap(([each, { drills }]) =>
      Object.entries(drills).flatMap(([drill, { schedule }]): ScheduledDrill[] =>
        schedule === undefined ? [] : [{ drill, schedule, machine: this.machineOf(each) }],
      ),
    );
    new Operations(this, 'Operations', { name, shared: this.shared, sweep: sweep.function, targets: shown, schedules });
  }

  private machineOf(target: string): StateMachine {
    const machine = this.machines[target];
    if (machine === undefined) throw new Error(`target ${target}: got no machine, wanted one`);
    return machine;
  }

  private machineName(target: string): string {
    return machineName(this.config.name, target);
  }
}

function alarmArn(name: string): string {
  return `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:${name}`;
}
