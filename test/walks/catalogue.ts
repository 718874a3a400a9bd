import { abort, evidence, results } from './engine-walks.ts';
import { experiments, interruptions } from './failure-walks.ts';
import { refusals } from './refusal-walks.ts';
import { brokenRolls, liveViews, rolls, secondStarts } from './rolling-walks.ts';
import { verdicts } from './verdict-walks.ts';
import type { Walk } from './walk.ts';

/** Every walk by its name, each with its end. */
const single = [...verdicts, ...refusals, ...interruptions, ...experiments, ...results, ...evidence, ...abort];
export const walks: Walk[] = [...single, ...rolls, ...brokenRolls, ...secondStarts, ...liveViews];
