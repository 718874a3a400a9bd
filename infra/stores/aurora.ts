import type { Construct } from 'constructs';
import { BadInput } from '../../core/errors.ts';
import type { AuroraConfig, StoreParts, SuiteForTarget } from '../store-parts.ts';

/** Refuses: what a target of this kind needs on AWS is not built. */
export function auroraParts(_scope: Construct, _id: string, { name }: AuroraConfig, _suite: SuiteForTarget): StoreParts {
  throw new BadInput(`targets.${name}.store`, 'aurora', 'a store that is built', 'take the target out, or run its drills on the lab');
}
