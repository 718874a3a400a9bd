import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  devDependencies: { [name: string]: string };
};

/** The tarball may grow to this; most of it are the functions' source maps. */
const tarball_limit_bytes = 16_000_000;

let folder: string;
let tarball: string;
const run = promisify(execFile);

/** Runs a program in the empty folder, and says how it ended. */
async function said(file: string, args: string[], env: { [name: string]: string } = {}) {
  const ended = run(file, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 64 * 1024 * 1024 });
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error) => ({ code: error.code as number, out: error.stdout as string, err: error.stderr as string }),
  );
}

const drill = (...args: string[]) => said('npx', ['--no-install', 'drill', ...args], { DRILL_HOME: join(folder, 'home') });
const inNode = (code: string) => said(process.execPath, ['--input-type=module', '--eval', code]);
const installed = () => join(folder, 'node_modules/quorum-drills');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorum-drills-package-'));
  const packed = await said('npm', ['pack', join(root, 'dist'), '--json', '--pack-destination', folder]);
  tarball = join(folder, (JSON.parse(packed.out) as { filename: string }[])[0]!.filename);
  await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  // The versions that were tested here, so that npm finds them in its cache.
  const peers = ['aws-cdk-lib', 'constructs'].map((name) => `${name}@${devDependencies[name]}`);
  const { code, err } = await said('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, ...peers]);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('holds what runs, and nothing of tests, types that node would have to strip, or the place where it was made', async () => {
  const files = (await readdir(installed(), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed().length + 1));
  expect(files).toEqual(expect.arrayContaining(['cli/main.js', 'workflow/restore.sh', 'bundles/claim/index.mjs', 'LICENSE', 'README.md']));
  expect(files.filter((file) => /^(test|bench|node_modules|runs)\//.test(file))).toEqual([]);
  expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual(['drill.config.example.ts']);
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(join(installed(), file), 'utf8') })));
  expect(texts.filter(({ text }) => text.includes(root.replace(/\/$/, ''))).map(({ file }) => file)).toEqual([]);
  expect(await stat(tarball).then(({ size }) => size)).toBeLessThanOrEqual(tarball_limit_bytes);
});

test('gives a working command', async () => {
  const help = await drill('--help');
  expect(help.code).toBe(0);
  for (const command of ['plan', 'run', 'gameday', 'status', 'stop', 'heal', 'prepare', 'map']) expect(help.out).toContain(`  ${command} `);
  const list = await drill('list', '--json');
  expect((JSON.parse(list.out) as { name: string }[]).map(({ name }) => name)).toContain('msk-broker-reboot');
  const plan = await drill('plan', 'aurora-failover');
  expect(plan).toMatchObject({ code: 0, out: expect.stringContaining('WOULD RUN') });
  expect((await drill('plan', 'nothing')).code).toBe(64);
});

test('regrades a recorded run to the same letter', async () => {
  const kept = JSON.parse(await readFile(join(root, 'test/records/aurora-failover.json'), 'utf8')) as { grade: string; record: object };
  await writeFile(join(folder, 'record.json'), JSON.stringify(kept.record));
  const { code, out } = await drill('grade', 'record.json', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'pass', grade: kept.grade });
});

test('loads AWS only when it is asked to, and then says what is missing', async () => {
  const nobody = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const { code, err } = await said('npx', ['--no-install', 'drill', 'status', '--on', 'aws'], {
    ...nobody,
    AWS_REGION: 'eu-west-1',
    AWS_PROFILE: '',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
  });
  expect({ code, err }).toEqual({ code: 64, err: expect.stringContaining('AWS credentials') });
});

test('has a construct for an app of one own, with the functions ready-made', async () => {
  const { code, out, err } = await inNode(`
    import { App, Stack } from 'aws-cdk-lib';
    import { DrillSuite } from 'quorum-drills';
    import example from './node_modules/quorum-drills/drill.config.example.js';
    const app = new App({ outdir: 'own.out' });
    const stack = new Stack(app, 'Own');
    new DrillSuite(stack, 'Drills', example);
    const { Resources } = app.synth().getStackByName('Own').template;
    console.log(Object.values(Resources).filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine').length);`);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  expect(Number(out)).toBeGreaterThan(0);
  await expectAssets('own.out', 'bundles/claim/index.mjs');
});

test('has an app for a folder with a configuration alone, which says what is wrong in it', async () => {
  await cp(join(installed(), 'cdk.json'), join(folder, 'cdk.json'));
  await cp(join(installed(), 'drill.config.example.ts'), join(folder, 'drill.config.ts'));
  const { app, context } = JSON.parse(await readFile(join(folder, 'cdk.json'), 'utf8')) as { app: string; context: object };
  const [node = '', ...args] = app.split(' ');
  expect(node).toBe('node');
  const synth = () => said(process.execPath, args, { CDK_OUTDIR: join(folder, 'app.out'), CDK_CONTEXT_JSON: JSON.stringify(context) });
  expect(await synth()).toMatchObject({ code: 0 });
  expect(await readdir(join(folder, 'app.out'))).toContain('QuorumDrills.template.json');
  await expectAssets('app.out', 'bundles/witness-kafka/index.mjs');

  const config = join(folder, 'drill.config.ts');
  await writeFile(config, (await readFile(config, 'utf8')).replace("store: 'msk'", "store: 'mongo'"));
  expect(await synth()).toMatchObject({ code: 64, err: expect.stringContaining('targets.orders') });
});

/** One of the assets is this bundle of the package, byte by byte. */
async function expectAssets(out: string, bundle: string): Promise<void> {
  const wanted = await readFile(join(installed(), bundle));
  const folders = (await readdir(join(folder, out))).filter((name) => name.startsWith('asset.'));
  const codes = await Promise.all(folders.map((name) => readFile(join(folder, out, name, 'index.mjs')).catch(() => Buffer.alloc(0))));
  expect(codes.filter((code) => code.equals(wanted)).length).toBeGreaterThan(0);
}
