import type { TestProject } from 'vitest/node';
import { awsPython } from './aws-python.ts';
import { type MotoServer, startMoto } from './moto-server.ts';
import { PythonMissing } from './python-environment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where moto answers; null where there is no Python to run it. */
    moto: string | null;
    /** The interpreter that has AWS's service models and cfn-lint; null where there is no Python. */
    python: string | null;
  }
}

/** One server for all files of a run. Without Python the tests are skipped and say so; in CI they fail. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: MotoServer | null = null;
  let python: string | null = null;
  try {
    python = await awsPython();
    server = await startMoto();
  } catch (error) {
    if (!(error instanceof PythonMissing) || process.env.CI === 'true') throw error;
    process.stderr.write(`tests that need Python are skipped: ${error.message}\n`);
  }
  project.provide('moto', server?.endpoint ?? null);
  project.provide('python', python);
  return async () => server?.stop();
}
