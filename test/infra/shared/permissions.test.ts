import type { CfnElement } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';
import example from '../../../drill.config.example.ts';
import { unreleased as index } from '../../../infra/shared/permissions.ts';
import { targetTasks } from '../../../infra/task-needs.ts';
import { at, still, unreleased } from '../../../lambdas/aws/dynamodb-items.ts';
import { keys } from '../../../lambdas/store-evidence.ts';
import { synthesized } from '../synthesized.ts';
import { allows, type Call } from './a-policy.ts';

const owned = 'arn:aws:ssm:eu-west-1:210987654321:document/theirs';
const { stack, template } = synthesized({ config: { ...example, calendars: ['freeze', owned] } });
const { suite } = stack;

const idOf = (construct: IConstruct): string => stack.getLogicalId(construct.node.defaultChild as CfnElement);
const roleOf = (target: string, task: string): string => {
  const handler = suite.targets[target]?.handlers[task] ?? suite.handlers[task];
  const [role] = Object.entries(template.findResources('AWS::Lambda::Function')).flatMap(([id, { Properties }]) =>
    id === idOf(handler!.function) ? [Properties.Role['Fn::GetAtt'][0] as string] : [],
  );
  return role!;
};

const { table, evidence, topic, bus } = suite.shared;
const [tableArn, bucketArn] = [`<${idOf(table)}>`, `<${idOf(evidence)}>`];
const here = '<AWS::Region>:<AWS::AccountId>';
const keyOf = (item: { pk?: { S?: string } }): string => item.pk?.S ?? '';

const items: [name: string, key: string][] = [
  ['row', keyOf(at.row('run-1') as never)],
  ['lease', keyOf(at.lease('orders') as never)],
  ["stranger's lease", keyOf(at.lease('stranger') as never)],
  ['slot', keyOf(at.slot('msk-broker-reboot/2026-11-24T09:00:00Z') as never)],
];
const documents: [name: string, key: string][] = [
  ['segment', keys.segment('run-1', 3)],
  ['readback', keys.readback('run-1')],
  ['record', keys.record('run-1')],
  ['report', keys.report('run-1')],
  ['other', 'run-1/secrets.json'],
];

/** Every call on what is shared that anybody could think of; those not in a task's list must be denied. */
const calls: [name: string, call: Call][] = [
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].flatMap((action) =>
    items.map(([item, key]): [string, Call] => [`${action} ${item}`, { action: `dynamodb:${action}`, resource: tableArn, key }]),
  ),
  ['PutItem receipt', { action: 'dynamodb:PutItem', resource: tableArn, key: 'HIT#run-1/1' }],
  ['Scan', { action: 'dynamodb:Scan', resource: tableArn }],
  ['Query unreleased', { action: 'dynamodb:Query', resource: `${tableArn}/index/${unreleased}`, key: still }],
  ['Query rows', { action: 'dynamodb:Query', resource: tableArn, key: 'RUN#run-1' }],
  ...['GetObject', 'PutObject', 'DeleteObject'].flatMap((action) =>
    documents.map(([name, key]): [string, Call] => [`${action} ${name}`, { action: `s3:${action}`, resource: `${bucketArn}/${key}` }]),
  ),
  ['ListBucket', { action: 's3:ListBucket', resource: bucketArn }],
  ['Publish', { action: 'sns:Publish', resource: `<${idOf(topic)}>` }],
  ['PutEvents', { action: 'events:PutEvents', resource: `<${idOf(bus)}>` }],
  ['calendar', { action: 'ssm:GetCalendarState', resource: `arn:<AWS::Partition>:ssm:${here}:document/freeze` }],
  ['calendar of another', { action: 'ssm:GetCalendarState', resource: owned }],
  ['unknown calendar', { action: 'ssm:GetCalendarState', resource: `arn:<AWS::Partition>:ssm:${here}:document/x` }],
  ['lever', { action: 'fis:GetSafetyLever', resource: `arn:<AWS::Partition>:fis:${here}:safety-lever/default` }],
  ['pull the lever', { action: 'fis:UpdateSafetyLeverState', resource: `arn:<AWS::Partition>:fis:${here}:safety-lever/default` }],
];

const row = ['GetItem row', 'PutItem row'];
const publish = ['Publish', 'PutEvents'];

/** All that each task may do on what is shared. */
const may: { [task: string]: string[] } = {
  Claim: [...row, 'GetItem lease', 'PutItem lease', 'UpdateItem lease', 'GetItem slot', 'PutItem slot'],
  Preflight: [...row, 'GetItem lease', ...publish, 'calendar', 'calendar of another', 'lever'],
  Readmit: [...row, 'GetItem lease', 'UpdateItem lease'],
  Watch: [...row, 'UpdateItem lease'],
  Halt: [...row, 'UpdateItem lease'],
  Heal: [...row, 'GetItem lease', 'UpdateItem lease'],
  Witness: [...row, 'PutObject segment'],
  Readback: [...row, 'GetObject segment', 'ListBucket', 'PutObject readback'],
  Collect: [...row, 'GetObject segment', 'GetObject readback', 'ListBucket', 'PutObject record'],
  Grade: [...row, 'GetObject record', 'GetObject report', 'ListBucket', 'PutObject report'],
  Release: [...row, 'UpdateItem lease', ...publish],
};
const swept = ['Heal', 'Collect', 'Grade', 'Release'].flatMap((task) => may[task] ?? []);
const all: { [task: string]: string[] } = { ...may, Sweep: [...swept, 'Query unreleased', 'PutObject readback'] };

const places = Object.keys(all).flatMap((task) =>
  (targetTasks.includes(task) ? Object.keys(suite.targets) : ['orders']).map((target) => ({ task, target })),
);

describe('what is shared', () => {
  test.each(places)('$task of $target may do what it must, and nothing else', ({ task, target }) => {
    const allowed = allows(template, roleOf(target, task));
    const found = calls.filter(([, call]) => allowed(call)).map(([name]) => name);
    expect(found.sort()).toEqual([...new Set(all[task])].sort());
  });

  test('is seen to be open when a task may do more', () => {
    const [target, task] = ['orders', 'Witness'] as const;
    const spoiled = synthesized({
      change: ({ suite: { shared, targets } }) => {
        const more = { actions: ['dynamodb:Scan', 'dynamodb:GetItem'], resources: [shared.table.tableArn] };
        targets[target]?.handlers[task]?.function.addToRolePolicy(new PolicyStatement(more));
      },
    });
    const allowed = allows(spoiled.template, roleOf(target, task));
    expect(calls.filter(([, call]) => allowed(call)).map(([name]) => name)).toEqual(
      expect.arrayContaining(['Scan', "GetItem stranger's lease"]),
    );
  });

  test('has rights for every task of the suite', () => {
    expect([...Object.keys(suite.handlers), ...targetTasks].sort()).toEqual(Object.keys(all).sort());
    expect(Object.keys(suite.shared.permissions).sort()).toEqual(Object.keys(all).sort());
  });

  test('is called in the table what the functions call it', () => {
    expect(index).toEqual({ index: unreleased, key: still });
  });

  test('is asked for no calendar where there is none', () => {
    expect(JSON.stringify(synthesized().template.findResources('AWS::IAM::Policy'))).not.toContain('ssm:GetCalendarState');
  });
});
