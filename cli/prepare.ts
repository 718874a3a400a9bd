import { BadInput } from '../core/errors.ts';
import type { MskTarget } from '../drills/target.ts';
import type { Suite } from '../lambdas/aws/settings.ts';
import type { Tools } from '../lambdas/tools.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';
import type { PlaceOptions } from './place.ts';
import { declaredKafka, type Need, needsOf, type Topics } from './preparation.ts';

export interface PrepareOptions extends PlaceOptions {
  create?: boolean;
  remove?: boolean;
}

/** `drill prepare --on aws`: what the probe needs on each target; makes or deletes what can be reached from here. 3 while something is seen to be missing. */
export async function prepare(options: PrepareOptions, out: Output): Promise<number> {
  if (options.on !== 'aws') throw new BadInput('drill prepare', 'the lab', '--on aws', 'the lab makes what it needs by itself');
  if (options.create && options.remove) throw new BadInput('drill prepare', '--create and --remove', 'one of them', 'leave one out');
  const { suite, tools, topics } = await (await import('./aws.ts')).preparing(options.suite ?? 'quorum-drills');
  if (options.create || options.remove) await change(options, suite, tools, topics);
  const needs = (await Promise.all(suite.settings.targets.map((target) => needsOf(target, drillsOn(suite, target.name), topics)))).flat();
  await print(out.json ? JSON.stringify(needs, null, 2) : needs.map((need) => wordsOf(need, options.remove === true)).join('\n'));
  return !options.remove && needs.some(({ state }) => state === 'missing') ? exit.refused : exit.pass;
}

function drillsOn(suite: Suite, target: string): Suite['drills'] {
  return suite.drills.filter((drill) => suite.settings.placed[drill.name] === target);
}

async function change({ create }: PrepareOptions, suite: Suite, tools: Tools, topics: Topics): Promise<void> {
  for (const target of suite.settings.targets.filter((each): each is MskTarget => each.store === 'msk')) {
    const there = await topics.exists(target);
    if (create && !there) await make(target, suite, topics);
    if (!create && there) await drop(target, tools, topics);
  }
}

async function make(target: MskTarget, suite: Suite, topics: Topics): Promise<void> {
  const declared = declaredKafka(drillsOn(suite, target.name));
  if (declared === undefined) return;
  await topics.create(target, declared);
  process.stderr.write(`${target.name}: topic ${target.topic} is being made\n`);
}

async function drop(target: MskTarget, tools: Tools, topics: Topics): Promise<void> {
  const lease = await tools.runs.lease(target.name);
  if (lease?.state === 'held')
    throw new BadInput(target.name, `a run under way, ${lease.run}`, 'none', `stop it first: drill stop ${lease.run} --on aws`);
  await topics.remove(target);
  process.stderr.write(`${target.name}: topic ${target.topic} is being deleted\n`);
}

function wordsOf({ target, what, state, make, remove }: Need, removing: boolean): string {
  const word = { there: 'there  ', missing: 'missing', unseen: 'by hand' }[state];
  const commands = removing ? (state === 'missing' ? [] : remove) : state === 'there' ? [] : make;
  return [`${word}  ${target}: ${what}`, ...commands.map((command) => `           ${command}`)].join('\n');
}
