import { readFileSync } from 'node:fs';
import { App, CliCredentialsStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { DrillConfig } from '../../infra/config/schema.ts';
import { DrillSuite } from '../../infra/drill-suite.ts';

/**
 * The program that `cdk deploy` runs: the suite as anybody's app has it, with a configuration from the file that E2E_CONFIG
 * names. The command publishes with its own credentials, because the emulator refuses the bootstrapped roles their bucket.
 */
const config = JSON.parse(readFileSync(process.env.E2E_CONFIG ?? '', 'utf8')) as DrillConfig;
// CDK's own types disagree about an optional member of it.
const synthesizer = new CliCredentialsStackSynthesizer() as IStackSynthesizer;
const stack = new Stack(new App(), 'Drills', { synthesizer });
new DrillSuite(stack, 'Suite', config);
