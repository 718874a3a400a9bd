import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Tools } from '../tools.ts';
import { wallClock } from './clock.ts';
import type { Part } from './parts.ts';
import { DynamoRuns } from './runs.ts';
import { type Environment, readSuite, type Suite } from './settings.ts';

/** A function asked for a part of the tools that its entry does not name. */
export class NotCarried extends Error {
  override name = 'NotCarried' as const;
}

/**
 * The tools of a function from its environment and the drills beside its code: rows and leases, and the parts that its entry
 * names. Asking for another one throws NotCarried.
 */
export function awsTools(parts: Part[], env: Environment = process.env, drillsFile?: URL): Tools {
  return suiteTools(readSuite(env, drillsFile), parts);
}

/** The same for a suite that is known already; clients take credentials and Region from where the SDK finds them. */
export function suiteTools(suite: Suite, parts: Part[]): Tools {
  const clock = wallClock();
  const dynamodb = new DynamoDBClient();
  const { table } = suite.settings;
  const runs = new DynamoRuns(dynamodb, table, clock);
  const ground = { suite, clock, dynamodb, table, runs };
  const own: Partial<Tools> = { source: suite.source, clock, drills: suite.drills, runs, topology: names(suite) };
  return new Proxy(Object.assign(own, ...parts.map((part) => part(ground))) as Tools, { get: carried });
}

/** Every function knows the names of its stores; only a part that names the stores asks them anything. */
function names(suite: Suite): Tools['topology'] {
  const refuse = async (): Promise<never> => {
    throw new NotCarried('topology of this function: got asked for what its stores are, wanted only their names; name stores in its entry');
  };
  return { store: (drill) => suite.targetOf(drill).name, observe: refuse, engine: refuse };
}

function carried(tools: Tools, name: string | symbol): unknown {
  if (name in tools || typeof name === 'symbol' || name === 'then') return Reflect.get(tools, name);
  throw new NotCarried(
    `tools of this function: got asked for ${name}, wanted one of ${Object.keys(tools).join(', ')}; name it in its entry`,
  );
}
