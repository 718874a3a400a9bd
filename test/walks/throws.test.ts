import { test } from 'vitest';
import { throwingWalks } from './throwing.ts';
import { walkOnBoth } from './walk.ts';

test.each(throwingWalks)('$name: $ends', (walk) => walkOnBoth(walk));
