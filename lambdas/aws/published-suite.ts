import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { BadInput } from '../../core/errors.ts';
import { drillParameter, memoryParameter, settingsParameter, suiteFolder } from '../../drills/target.ts';
import { drillIn, type Environment, jsonOf, makeSuite, type Suite } from './settings.ts';

export interface PublishedSuite {
  suite: Suite;
  /** Of each task's function. */
  memory_mb: { [task: string]: number };
}

/** A deployed suite by its name, as its functions know it. Throws BadInput when this account and Region have none of that name. */
export async function publishedSuite(ssm: SSMClient, name: string, env: Environment): Promise<PublishedSuite> {
  const values = await valuesBelow(ssm, suiteFolder(name));
  const settings = values.get(settingsParameter(name));
  if (settings === undefined)
    throw new BadInput(
      `suite '${name}'`,
      `no parameter ${settingsParameter(name)} in ${await ssm.config.region()}`,
      'a suite that was deployed there',
      'deploy it, or name another Region (AWS_REGION), account (AWS_PROFILE) or suite (--suite)',
    );
  const read = (parameter: string): unknown => jsonOf(`parameter ${parameter}`, values.get(parameter) ?? '');
  const { placed } = read(settingsParameter(name)) as { placed?: { [drill: string]: string } };
  const drills = Object.keys(placed ?? {}).map((drill) => drillIn(`drill ${drill}`, read(drillParameter(name, drill))));
  const memory_mb = read(memoryParameter(name)) as PublishedSuite['memory_mb'];
  return { suite: makeSuite({ ...env, DRILL_SUITE: settings }, drills), memory_mb };
}

async function valuesBelow(ssm: SSMClient, Path: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path, Recursive: true, ...(NextToken && { NextToken }) }));
    for (const { Name, Value } of page.Parameters ?? []) found.set(Name ?? '', Value ?? '');
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
