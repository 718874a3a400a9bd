import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BadInput } from '../core/errors.ts';
import type { DrillConfig } from './config/schema.ts';
import { DrillStack } from './drill-stack.ts';

const usage = 64;

try {
  // Or an app that was never finished would be synthesized on the way out, and its failure shown instead.
  const app = new App({ autoSynth: false });
  new DrillStack(app, 'QuorumDrills', await configuration());
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof BadInput)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = usage;
}

/** What drill.config.ts in the current folder exports, or else the example. */
async function configuration(): Promise<DrillConfig> {
  const own = resolve('drill.config.ts');
  if (!existsSync(own)) return (await import('../drill.config.example.ts')).default;
  const { default: config } = (await import(pathToFileURL(own).href)) as { default: DrillConfig };
  return config;
}
