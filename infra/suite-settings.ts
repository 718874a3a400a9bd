import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BadInput } from '../core/errors.ts';
import type { SuiteSettings } from '../drills/target.ts';

/** All of a function's environment, names and values. */
const limit_bytes = 4096;

/** What a reference may become at most: ids of experiment templates are short, ARNs of what CDK names are not. */
const reference_bytes = 130;
const shortReferences: { [name: string]: number } = { 'AWS::AccountId': 12, 'AWS::Region': 16, 'AWS::Partition': 10, Id: 32 };

/** The environment of every function of a suite, whose metrics bear its name as their `service`. Throws BadInput when Lambda would refuse it for its size. */
export function suiteEnvironment(scope: Construct, name: string, settings: SuiteSettings): { [name: string]: string } {
  const environment = {
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_SERVICE_NAME: name,
    DRILL_SUITE: Stack.of(scope).toJsonString(settings),
  };
  const bytes = Object.entries(environment).reduce((sum, [name, value]) => sum + name.length + resolvedBytes(scope, value), 0);
  if (bytes > limit_bytes) {
    const names = settings.targets.map((each) => each.name).join(', ');
    throw new BadInput(
      `the settings of ${names}`,
      `up to ${bytes} bytes`,
      `at most ${limit_bytes}, which is all that Lambda takes`,
      'put some of the targets into a suite of their own',
    );
  }
  return environment;
}

/** Most bytes that a text with tokens can have once CloudFormation has filled them in. */
function resolvedBytes(scope: Construct, text: string): number {
  if (!Token.isUnresolved(text)) return Buffer.byteLength(text);
  const resolved = Stack.of(scope).resolve(text) as string | { 'Fn::Join': [string, unknown[]] };
  const parts = typeof resolved === 'string' ? [resolved] : (resolved['Fn::Join']?.[1] ?? [resolved]);
  return parts.reduce<number>((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : referenceBytes(part)), 0);
}

function referenceBytes(part: unknown): number {
  const { Ref, 'Fn::GetAtt': attribute } = part as { Ref?: string; 'Fn::GetAtt'?: string[] };
  return shortReferences[Ref ?? attribute?.[1] ?? ''] ?? reference_bytes;
}
