import type { Target } from '../drills/target.ts';

/** Where a target is, in the words of its service. */
export function placeOfTarget(target: Target): string {
  switch (target.store) {
    case 'msk':
      return `${target.cluster_arn}, topic ${target.topic}`;
    case 'aurora':
      return `${target.cluster_arn}, database ${target.database}`;
    case 'etcd':
      return target.members.map(({ name, instance, zone }) => `${name} (${instance}, ${zone})`).join(', ');
    default:
      return target satisfies never;
  }
}
