import { abort, evidence, results } from './engine-walks.ts';
import { experiments, interruptions } from './failure-walks.ts';
import { liveViews } from './live-view-walks.ts';
import { refusals } from './refusal-walks.ts';
import { brokenRolls, rolls, secondStarts } from './rolling-walks.ts';
import { verdicts } from './verdict-walks.ts';
import type { Walk } from './walk.ts';

const oneStep = [...verdicts, ...refusals, ...interruptions, ...experiments, ...results, ...evidence, ...abort];

/** Every walk by its name, each with its end. */
export const walks: Walk[] = [...oneStep, ...rolls, ...brokenRolls, ...secondStarts, ...liveViews];
