#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { en } from 'zod/locales';
import { config } from 'zod/mini';
import type { StoreKind } from '../core/topology.ts';
import { describe, exit } from './exit.ts';
import type { Format } from './grade.ts';
import { output } from './output.ts';

config(en());

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

type Ended = (code: number) => void;
const stores: StoreKind[] = ['aurora', 'msk', 'etcd'];
const on = (): Option => new Option('--on <place>', 'where').choices(['lab', 'aws']).default('lab');
const suite = ['--suite <name>', 'on aws: which suite', 'quorum-drills'] as const;
const json = ['--json', 'one JSON document on stdout'] as const;

// Exits even when something still holds the loop, so that the exit handlers reap whatever a failed clean-up left.
process.exit(await main(process.argv));

/** Parses, runs one command and returns its exit code. Commands are loaded when they are asked for, so that `--help` is quick. */
async function main(argv: string[]): Promise<number> {
  let code: number = exit.pass;
  const program = build((done) => {
    code = done;
  });
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.pass : exit.usage;
    const { code, text } = describe(error);
    process.stderr.write(`${text}\n`);
    return code;
  }
}

function build(ended: Ended): Command {
  const program = new Command('drill')
    .description('Break one thing on purpose in a quorum system, and prove what happened.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('run `drill --help` for the commands')
    .addHelpText('after', '\nExit codes: 0 pass, 1 fail, 2 inconclusive, 3 refused or not run, 4 aborted, 64 usage, 70 internal.');
  addDrillCommands(program, ended);
  addRecordCommands(program, ended);
  addWatchCommands(program, ended);
  addUpkeepCommands(program, ended);
  return program;
}

function addDrillCommands(program: Command, ended: Ended): void {
  program
    .command('list')
    .description('every drill and how it must end')
    .addOption(new Option('--store <store>', 'only drills of this store').choices(stores))
    .option(...json)
    .action(async (options: { store?: StoreKind; json?: boolean }) =>
      ended(await (await import('./list.ts')).list(options.store, output(options))),
    );
  program
    .command('plan')
    .argument('<drill>')
    .description('admission, blast radius, expected interval and duration; changes nothing')
    .addOption(on())
    .option(...suite)
    .option(...json)
    .action(async (name, options) => ended(await (await import('./plan.ts')).plan(name, options, output(options))));
  program
    .command('run')
    .argument('<drill>')
    .description('run one drill and grade it')
    .addOption(on())
    .option(...suite)
    .option('--out <folder>', 'where its files go (default runs/<drill>/<run>)')
    .option(...json)
    .action(async (name, options) => ended(await (await import('./run.ts')).run(name, options, output(options))));
  program
    .command('gameday')
    .argument('[drills...]')
    .description('drills one after another; 0 when each ended as it must')
    .addOption(on())
    .option(...suite)
    .option('--all', 'every drill there is')
    .option('--require-all', 'a drill whose engine cannot be had counts: exit 3')
    .option('--out <folder>', 'where files go (default runs)')
    .option(...json)
    .action(async (names, options) => ended(await (await import('./gameday.ts')).gameday(names, options, output(options))));
}

function addRecordCommands(program: Command, ended: Ended): void {
  program
    .command('grade')
    .argument('<record>')
    .description('grade a record.json offline')
    .option(...json)
    .action(async (path, options) => ended(await (await import('./grade.ts')).gradeFile(path, output(options))));
  program
    .command('report')
    .argument('<record>')
    .description('render a record.json')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'html', 'md', 'json']).default('text'))
    .action(async (path, options: { format: Format }) =>
      ended(await (await import('./grade.ts')).reportFile(path, options.format, output({}))),
    );
}

function addWatchCommands(program: Command, ended: Ended): void {
  program
    .command('map')
    .description('every store: its rule, what it can spare, the drills that cover it, what cannot be drilled')
    .addOption(on())
    .option(...suite)
    .option(...json)
    .action(async (options) => ended(await (await import('./map.ts')).map(options, output(options))));
  program
    .command('status')
    .description('runs under way, and how each store stands')
    .addOption(on())
    .option(...suite)
    .option(...json)
    .action(async (options) => ended(await (await import('./status.ts')).status(options, output(options))));
  program
    .command('stop')
    .argument('[run]')
    .description('stop a run, which is healed first')
    .option('--all', 'every run under way')
    .addOption(on())
    .option(...suite)
    .option(...json)
    .action(async (run, options) => ended(await (await import('./stop.ts')).stop(run, options, output(options))));
}

function addUpkeepCommands(program: Command, ended: Ended): void {
  program
    .command('heal')
    .argument('<store>')
    .description('undo what a run left behind and lift its quarantine')
    .addOption(on())
    .option(...suite)
    .option('--confirm', 'yes, the store is healthy again')
    .option(...json)
    .action(async (store, options) => ended(await (await import('./heal.ts')).heal(store, options, output(options))));
  program
    .command('prepare')
    .description('what the probe needs on each target of a suite: says, makes or deletes it')
    .addOption(on())
    .option(...suite)
    .option('--create', 'make what can be reached from here')
    .option('--remove', 'delete it again')
    .option(...json)
    .action(async (options) => ended(await (await import('./prepare.ts')).prepare(options, output(options))));
  program
    .command('doctor')
    .description('what this machine has, what is missing, and what an earlier run left')
    .option(...json)
    .action(async (options) => ended(await (await import('./doctor.ts')).doctor(output(options))));
}
