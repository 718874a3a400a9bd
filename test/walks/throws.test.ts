import { test } from 'vitest';
import { rollThrowingWalks, throwingWalks } from './throwing.ts';
import { walkOnBoth } from './walk.ts';

test.each([...throwingWalks, ...rollThrowingWalks])('$name: $ends', (walk) => walkOnBoth(walk));
