import { Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Drill } from '../../core/drill.ts';
import type { MskTarget } from '../../drills/target.ts';
import { ExperimentTemplate } from '../experiment-template.ts';
import type { MskConfig, StoreParts, SuiteForTarget } from '../store-parts.ts';
import { mskPermissions } from './msk/permissions.ts';
import { RestartAutomation } from './msk/restart-automation.ts';
import { restart_limit } from './msk/restart-document.ts';

/** What MSK can be asked to break: it restarts brokers, one at a time, and nothing else. */
const restarts: ReadonlySet<Drill['fault']['kind']> = new Set(['broker-restart']);

/** An MSK cluster as a target: the Automation that restarts a broker, and for each drill a template that starts it. */
export function mskParts(scope: Construct, id: string, config: MskConfig, suite: SuiteForTarget): StoreParts {
  const parts = new Construct(scope, id);
  const { target, uuid } = targetOf(config);
  const { table } = suite.shared;
  const automation = new RestartAutomation(parts, 'Restart', {
    name: suite.name,
    store: target.name,
    clusterArn: target.cluster_arn,
    table: { name: table.tableName, arn: table.tableArn },
  });
  const templates = suite.drills
    .filter(({ fault }) => restarts.has(fault.kind))
    .map((drill) => [drill.name, templateOf(parts, drill, automation, suite).templateId]);
  return {
    target,
    templates: Object.fromEntries(templates),
    permissions: mskPermissions(target, uuid, table.tableArn),
    network: suite.network,
  };
}

/** FIS has no action for Kafka. It runs the Automation, which finds its own target: one broker, the lease's victim. */
function templateOf(scope: Construct, drill: Drill, automation: RestartAutomation, suite: SuiteForTarget): ExperimentTemplate {
  const template = new ExperimentTemplate(scope, drill.name, {
    name: `${suite.name} ${drill.name}`,
    description: `${drill.title}. Started by its drill alone: without an announcement in the lease it does nothing.`,
    actions: {
      restart: {
        actionId: 'aws:ssm:start-automation-execution',
        parameters: {
          documentArn: automation.documentArn,
          documentVersion: automation.documentVersion,
          maxDuration: restart_limit,
        },
      },
    },
    targets: {},
    stopAlarms: suite.stopAlarms(drill),
    permissions: automation.permissions,
  });
  template.node.addDependency(automation);
  return template;
}

/** `arn:<partition>:kafka:<region>:<account>:cluster/<name>/<uuid>`, whose parts may not be known before deployment. */
function targetOf({ name, topic, auth, clusterArn }: MskConfig): { target: MskTarget; uuid: string } {
  const colons = Fn.split(':', clusterArn, 6);
  const slashes = Fn.split('/', clusterArn, 3);
  const target: MskTarget = {
    store: 'msk',
    name,
    region: Fn.select(3, colons),
    account: Fn.select(4, colons),
    cluster_arn: clusterArn,
    cluster_name: Fn.select(1, slashes),
    topic,
    auth,
  };
  return { target, uuid: Fn.select(2, slashes) };
}
