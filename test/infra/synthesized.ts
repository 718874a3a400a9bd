import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import example from '../../drill.config.example.ts';
import type { SuiteSettings } from '../../drills/target.ts';
import type { DrillConfig } from '../../infra/config/schema.ts';
import { DrillStack } from '../../infra/drill-stack.ts';

const context = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context as { [flag: string]: unknown };

export interface Synthesis {
  config?: DrillConfig;
  /** More of the app's context. */
  context?: { [key: string]: unknown };
  /** May spoil the stack before it is synthesized. */
  change?: (stack: DrillStack) => void;
}

/** Synthesizes the stack as `cdk synth` does, without its bundles. Throws when a rule is broken. */
export function synthesized(synthesis: Synthesis = {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'quorum-drills-synth-'));
  try {
    return synthesizedInto(outdir, { ...synthesis, context: { 'aws:cdk:bundling-stacks': [], ...synthesis.context } });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Synthesizes into a folder, with every bundle unless the context skips them. */
export function synthesizedInto(outdir: string, { config = example, context: more = {}, change = () => {} }: Synthesis = {}) {
  const app = new App({ outdir, context: { ...context, ...more } });
  const stack = new DrillStack(app, 'QuorumDrills', config);
  change(stack);
  const checks = new AwsSolutionsChecks(app);
  Validations.of(app).addPlugins(checks);
  const template = Template.fromStack(stack);
  return { stack, template, findings: checks.validateScope(stack).violations.map((violation) => violation.ruleName) };
}

/** One statement of one policy in the template. */
export interface Statement {
  role: string;
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: unknown[];
  condition: unknown;
}

const list = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value]);

/** Every statement of every policy, with the role that it hangs on. */
export function statements(template: Template): Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
    (
      Properties.PolicyDocument.Statement as {
        Effect: 'Allow' | 'Deny';
        Action: string | string[];
        Resource: unknown;
        Condition?: unknown;
      }[]
    ).map((statement) => ({
      role: Properties.Roles[0].Ref as string,
      effect: statement.Effect,
      actions: list(statement.Action),
      resources: list(statement.Resource),
      condition: statement.Condition,
    })),
  );
}

/** Logical ids of the resources that a list of `Fn::GetAtt: [id, 'Arn']` names. */
export function named(resources: unknown[]): string[] {
  return resources.map((resource) => (resource as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0]);
}

/** An ARN or text of the template as one string, with `<id>` for every reference. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': joined,
  } = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return `<${Ref}>`;
  return attribute === undefined ? (joined?.[1] ?? []).map(flat).join(joined?.[0]) : `<${attribute[0]}>`;
}

/** What every function is told of its suite, with `<id>` for every reference. */
export function toldIn(template: Template): SuiteSettings {
  const [any] = Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
    ({ Properties }) => Properties.Environment?.Variables?.DRILL_SUITE ?? [],
  );
  return JSON.parse(flat(any)) as SuiteSettings;
}
