import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const cdk = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));
const limit_ms = 300_000;

/** The account and Region that the emulator takes every caller for. */
const account = '000000000000';
const region = 'us-east-1';

/** What a program needs to call the emulator and nobody else: no profile, no file and no metadata service of the machine's. */
function callerEnvironment(endpoint: string): { [name: string]: string } {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/** Settings of a client that calls the emulator. */
export function caller(endpoint: string) {
  return { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

/** `cdk bootstrap` and `cdk deploy` of a program that synthesizes, into the emulator; `app` runs on this Node with `environment`. */
export async function deploy(endpoint: string, app: string, folder: string, environment: { [name: string]: string }): Promise<void> {
  const out = ['--output', `${folder}/cdk.out`];
  const program = ['--app', `${process.execPath} ${app}`, ...out];
  await cdkRun(['bootstrap', `aws://${account}/${region}`, ...program], endpoint, environment);
  await cdkRun(['deploy', '--all', '--require-approval', 'never', '--progress', 'events', ...program], endpoint, environment);
}

async function cdkRun(words: string[], endpoint: string, environment: { [name: string]: string }): Promise<void> {
  try {
    await run(process.execPath, [cdk, ...words], {
      cwd: root,
      timeout: limit_ms,
      maxBuffer: 50_000_000,
      env: { ...process.env, ...callerEnvironment(endpoint), ...environment, CI: 'true', NO_COLOR: '1' },
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`cdk ${words[0]}: it said ${`${stdout}\n${stderr}`.slice(-4_000)}`, { cause: error });
  }
}
