import type { Construct } from 'constructs';
import { BadInput } from '../core/errors.ts';
import { clusterArn, etcdMembers } from './config/find-target.ts';
import type { TargetConfig } from './config/schema.ts';
import type { StoreParts, SuiteForTarget } from './store-parts.ts';
import { auroraParts } from './stores/aurora.ts';
import { etcdParts } from './stores/etcd.ts';
import { mskParts } from './stores/msk.ts';

/** The parts of one target, by the kind of its store. Throws BadInput for a drill that cannot be run there. */
export function partsOf(scope: Construct, name: string, target: TargetConfig, suite: SuiteForTarget): StoreParts {
  const parts = makeParts(scope, name, target, suite);
  const without = suite.drills.find((drill) => parts.templates[drill.name] === undefined);
  if (without === undefined) return parts;
  const can = Object.keys(parts.templates).join(', ') || 'none';
  throw new BadInput(
    `targets.${name}.drills.${without.name}`,
    'a drill that AWS has no experiment for',
    `one of ${can}`,
    'take it out, or run it on the lab',
  );
}

function makeParts(scope: Construct, name: string, target: TargetConfig, suite: SuiteForTarget): StoreParts {
  const { store } = target;
  switch (store) {
    case 'msk': {
      const { topic, auth } = target;
      return mskParts(scope, 'Parts', { name, store, topic, auth, clusterArn: clusterArn(scope, name, target) }, suite);
    }
    case 'aurora': {
      const { database, user, auth, clusterResourceId } = target;
      const config = { name, store, database, user, auth, clusterResourceId, clusterArn: clusterArn(scope, name, target) };
      return auroraParts(scope, 'Parts', config, suite);
    }
    case 'etcd': {
      const { tlsSecret, scratch = null } = target;
      return etcdParts(scope, 'Parts', { name, store, tlsSecret, scratch, members: etcdMembers(scope, name, target) }, suite);
    }
  }
}
