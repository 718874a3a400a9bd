import type { Construct } from 'constructs';
import { BadInput } from '../../core/errors.ts';
import { members, type TargetConfig } from './schema.ts';

type Tag = { key: string; value: string };
type Member = { name: string; instance: string; url: string; zone: string };

/** Under this key cdk.context.json keeps what the tag of a target stands for: an ARN, or the members of an etcd cluster. */
export function contextKey(target: string): string {
  return `quorum-drills:${target}`;
}

/** ARN of an MSK or Aurora cluster: as given, or what its tag stands for. */
export function clusterArn(scope: Construct, name: string, { store, cluster }: Extract<TargetConfig, { cluster: unknown }>): string {
  if ('arn' in cluster) return cluster.arn;
  const found: unknown = scope.node.tryGetContext(contextKey(name));
  const service = store === 'msk' ? 'kafka' : 'rds';
  if (typeof found === 'string' && found.startsWith('arn:') && found.includes(`:${service}:`)) return found;
  const { key, value } = cluster.tag;
  const command = `aws resourcegroupstaggingapi get-resources --resource-type-filters ${service}:cluster --tag-filters Key=${key},Values=${value}`;
  throw notFound(name, cluster.tag, found, `the ARN of one ${service} cluster`, command);
}

/** Members of an etcd cluster: as given, or what their tag stands for. */
export function etcdMembers(scope: Construct, name: string, { members: given }: Extract<TargetConfig, { store: 'etcd' }>): Member[] {
  if (!('tag' in given)) return given;
  const found: unknown = scope.node.tryGetContext(contextKey(name));
  const read = members.safeParse(found);
  if (read.success) return read.data;
  const command = `aws ec2 describe-instances --filters Name=tag:${given.tag.key},Values=${given.tag.value}`;
  throw notFound(name, given.tag, found, 'a list of { name, instance, url, zone }', command);
}

function notFound(name: string, tag: Tag, found: unknown, wanted: string, command: string): BadInput {
  return new BadInput(
    `targets.${name}, tag ${tag.key}=${tag.value}`,
    found === undefined ? 'nothing known of it' : JSON.stringify(found).slice(0, 80),
    `${wanted} under "${contextKey(name)}" in cdk.context.json`,
    `look it up with \`${command}\` and write it there`,
  );
}
