import { test } from 'vitest';
import { walks } from './catalogue.ts';
import { walkOnBoth } from './walk.ts';

test.each(walks)('$name: $ends', (walk) => walkOnBoth(walk));
