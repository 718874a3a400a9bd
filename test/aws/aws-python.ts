import { pythonEnvironment } from './python-environment.ts';

/** Moto's server, AWS's service models (in botocore) and cfn-lint, which moto brings too: pinned, so that what passes is known. */
const packages = ['moto[server]==5.2.5', 'botocore==1.44.5', 'cfn-lint==1.58.0'];

/** The interpreter that has all of them, installed on first use; throws PythonMissing where there is no Python. */
export function awsPython(): Promise<string> {
  return pythonEnvironment('moto', packages);
}
