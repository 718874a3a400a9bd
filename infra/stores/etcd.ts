import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EtcdDrill } from '../../core/drill.ts';
import { byName } from '../../core/words.ts';
import { Automation, SsmDocument } from '../automation.ts';
import { ExperimentTemplate } from '../experiment-template.ts';
import type { EtcdConfig, StoreParts, SuiteForTarget } from '../store-parts.ts';
import { checkEtcd } from './etcd/check.ts';
import { killDocument, restoreDocument, statusDocument, undoDocument } from './etcd/command-documents.ts';
import { kill_limit, killLeader, restore_limit, restoreAll } from './etcd/fault-documents.ts';
import { etcdPermissions, faultPermissions, scratch_tag, sendPermissions } from './etcd/permissions.ts';
import { SnapshotBucket } from './etcd/snapshot-bucket.ts';

/** What a fault's Automation needs of its target. */
interface Context {
  config: EtcdConfig;
  suite: SuiteForTarget;
  instances: string[];
  snapshots: SnapshotBucket | null;
}

/**
 * Self-managed members of etcd as kubeadm lays them out, on instances that run the SSM agent: the documents that tell of them, break
 * them and bring them back, and for each drill a template that starts its Automation. Throws BadInput where that is not what they are.
 */
export function etcdParts(scope: Construct, id: string, config: EtcdConfig, suite: SuiteForTarget): StoreParts {
  const drills = suite.drills.filter((drill): drill is EtcdDrill => drill.store === 'etcd');
  checkEtcd(config, drills);
  const parts = new Construct(scope, id);
  const { name, members, scratch, tlsSecret } = config;
  const { table, accessLog } = suite.shared;
  const document = (what: string, content: object) =>
    new SsmDocument(parts, what, { name: `${suite.name}-${name}-${what.toLowerCase()}`, type: 'Command', content });
  const status = document('Status', statusDocument(members));
  const undo = document('Undo', undoDocument(members));
  const snapshots =
    scratch === null ? null : new SnapshotBucket(parts, 'Snapshots', { instanceRole: scratch.instanceRole, log: accessLog });
  const context: Context = { config, suite, instances: members.map(({ instance }) => instance), snapshots };
  const templates = drills.flatMap((drill) => templateOf(parts, drill, context));
  return {
    target: {
      store: 'etcd',
      name,
      region: Aws.REGION,
      account: Aws.ACCOUNT_ID,
      members,
      tls_secret: tlsSecret,
      documents: { status: status.documentName, undo: undo.documentName },
      snapshots: snapshots?.bucket.bucketName ?? null,
    },
    templates: Object.fromEntries(templates),
    permissions: etcdPermissions({
      instances: context.instances,
      status,
      undo,
      tableArn: table.tableArn,
      tlsSecret,
      snapshots: snapshots?.bucket.arnForObjects('*') ?? null,
    }),
    network: suite.network,
  };
}

/** FIS runs the Automation, which takes its victims from the lease; no template for a fault that no Automation inflicts. */
function templateOf(scope: Construct, drill: EtcdDrill, context: Context): [drill: string, template: string][] {
  const found = automationOf(new Construct(scope, drill.name), drill, context);
  if (found === null) return [];
  const { automation, maxDuration } = found;
  const { documentArn, documentVersion } = automation.document;
  const template = new ExperimentTemplate(automation, 'Experiment', {
    name: `${context.suite.name} ${drill.name}`,
    description: `${drill.title}. Started by its drill alone: without an announcement in the lease it does nothing.`,
    actions: {
      lose: { actionId: 'aws:ssm:start-automation-execution', parameters: { documentArn, documentVersion, maxDuration } },
    },
    targets: {},
    stopAlarms: context.suite.stopAlarms(drill),
    permissions: automation.permissions,
  });
  template.node.addDependency(automation.document);
  return [[drill.name, template.templateId]];
}

function automationOf(scope: Construct, { fault }: EtcdDrill, context: Context): { automation: Automation; maxDuration: string } | null {
  switch (fault.kind) {
    case 'leader-kill':
      return { automation: killing(scope, context), maxDuration: kill_limit };
    case 'snapshot-restore':
      return { automation: restoring(scope, fault.write_s, context), maxDuration: restore_limit };
    default:
      return null;
  }
}

function killing(scope: Construct, { config: { name, members }, suite, instances }: Context): Automation {
  const { tableName: table, tableArn } = suite.shared.table;
  const kill = new SsmDocument(scope, 'Command', { name: `${suite.name}-${name}-kill`, type: 'Command', content: killDocument(members) });
  return new Automation(scope, 'Automation', {
    name: `${suite.name}-${name}-kill-leader`,
    content: (roleArn) => killLeader({ store: name, table, roleArn, command: kill.documentName, instances }),
    permissions: faultPermissions(name, tableArn, sendPermissions(kill, instances)),
  });
}

function restoring(scope: Construct, write_s: number, { config, suite, instances, snapshots }: Context): Automation {
  const { name, members, scratch } = config;
  if (scratch === null || snapshots === null) throw new Error(`targets.${name}: got no scratch instances, wanted some to restore`);
  const { tableName: table, tableArn } = suite.shared.table;
  const places = { live: scratch.live, bucket: snapshots.bucket.bucketName, keyArn: snapshots.key.keyArn };
  const phase = new SsmDocument(scope, 'Command', {
    name: `${suite.name}-${name}-phase`,
    type: 'Command',
    content: restoreDocument(members, places),
  });
  return new Automation(scope, 'Automation', {
    name: `${suite.name}-${name}-restore`,
    content: (roleArn) =>
      restoreAll({ store: name, table, roleArn, command: phase.documentName, instances, victims: announced(members), write_s }),
    // Instances without the tag are none of its business, whatever the configuration says.
    permissions: faultPermissions(name, tableArn, sendPermissions(phase, instances, { [scratch_tag]: name })),
  });
}

/** All members as a lease has them when every one of them is announced. */
function announced(members: EtcdConfig['members']): string {
  const [only, ...more] = members.map(({ name }) => name).sort(byName);
  return only !== undefined && more.length === 0 ? only : JSON.stringify([only, ...more]);
}
