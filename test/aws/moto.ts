import type { TestProject } from 'vitest/node';
import { type MotoServer, startMoto } from './moto-server.ts';
import { PythonMissing } from './python-environment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where moto answers; null where there is no Python to run it. */
    moto: string | null;
  }
}

/** One server for all files of a run. Without Python the tests are skipped and say so; in CI they fail. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: MotoServer | null = null;
  try {
    server = await startMoto();
  } catch (error) {
    if (!(error instanceof PythonMissing) || process.env.CI === 'true') throw error;
    process.stderr.write(`tests against moto are skipped: ${error.message}\n`);
  }
  project.provide('moto', server?.endpoint ?? null);
  return async () => server?.stop();
}
