import { describe, expect, test } from 'vitest';
import type { SuiteSettings, Target } from '../../drills/target.ts';
import { synthesized, toldIn } from '../infra/synthesized.ts';
import { configuration } from './a-configuration.ts';
import { allows, grantsIn, like } from './iam.ts';
import { Resolved } from './resolved.ts';

const { template } = synthesized({ config: configuration });
const resolved = new Resolved(template);
const grants = grantsIn(resolved);
const settings: SuiteSettings = toldIn(template);

interface Experiment {
  RoleArn: { 'Fn::GetAtt': [string, string] };
  Targets: { [name: string]: { [name: string]: unknown } };
  StopConditions: { Source: string }[];
}

describe('roles of FIS and of what it runs', () => {
  const experiments = resolved.of('AWS::FIS::ExperimentTemplate').map(([id, properties]) => {
    const { RoleArn, Targets, StopConditions } = properties as unknown as Experiment;
    return {
      id,
      role: RoleArn['Fn::GetAtt'][0],
      targets: Object.values(Targets),
      stops: StopConditions,
    };
  });
  const logs = new Set(['logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups']);

  test('there is one for every drill', () => expect(experiments).toHaveLength(Object.keys(settings.placed).length));

  test.each(experiments)('$id hits named targets alone, and has something that stops it', ({ targets, stops }) => {
    for (const target of targets) {
      expect(target).toMatchObject({ ResourceArns: [expect.stringMatching(/^arn:/)] });
      expect(target).not.toHaveProperty('ResourceTags');
    }
    expect(stops.map(({ Source }) => Source)).not.toContain('none');
    expect(stops.length).toBeGreaterThan(0);
  });

  test.each(experiments)('the role of $id reaches its own target or document', ({ role }) => {
    // FIS may look a target up among all clusters, and may touch only its own.
    const lookup = (action: string): boolean => logs.has(action) || action === 'rds:DescribeDBClusters';
    const own = grants.filter((grant) => grant.role === role && !grant.actions.every(lookup));
    expect(own.length).toBeGreaterThan(0);
    for (const { resources } of own)
      for (const resource of resources)
        expect(resource).toMatch(/^arn:aws:(?!.*\*.*\*)[^*]+(:automation-execution\/\*|:automation-definition\/[\w-]+:\*|[^*])$/);
  });

  const breaking: [store: Target['store'], action: string][] = [
    ['msk', 'kafka:RebootBroker'],
    ['aurora', 'rds:FailoverDBCluster'],
  ];

  test.each(breaking)('of a target of %s only one role may %s, and only there', (store, action) => {
    const [target] = settings.targets.filter((each) => each.store === store);
    const arn = (target as { cluster_arn: string }).cluster_arn;
    const able = grants.filter(({ actions }) => actions.some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())));
    expect(new Set(able.map(({ role }) => role)).size).toBe(1);
    expect(able.flatMap(({ resources }) => resources)).toEqual([arn]);
    expect(allows(grants, able[0]!.role, { action, resource: arn })).toBe(true);
    expect(allows(grants, able[0]!.role, { action, resource: arn.replace(/\w+$/, 'another') })).toBe(false);
  });
});
