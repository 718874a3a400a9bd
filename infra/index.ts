export { defineConfig } from './config/define-config.ts';
export type { DrillConfig } from './config/schema.ts';
export { DrillStack } from './drill-stack.ts';
export { DrillSuite } from './drill-suite.ts';
