import type { DrillConfig } from './schema.ts';

/** Gives drill.config.ts its type; the values are checked when a suite is made of it. */
export function defineConfig(config: DrillConfig): DrillConfig {
  return config;
}
