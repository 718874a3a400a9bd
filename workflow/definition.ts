import file from './drill.asl.json' with { type: 'json' };
import type { StateMachine } from './state-machine.ts';
import { readMachine } from './subset.ts';

/** The drill's state machine as it stands in the file, its resources not bound yet. */
export const drillDefinition: StateMachine = readMachine(file);

/** Resource of the one SDK call, under which a lab or a test brings its own function. */
export const startExperiment = 'arn:aws:states:::aws-sdk:fis:startExperiment';
