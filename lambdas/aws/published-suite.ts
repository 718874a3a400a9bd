import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { BadInput } from '../../core/errors.ts';
import { drillParameter, settingsParameter, suiteFolder } from '../../drills/target.ts';
import { drillIn, type Environment, jsonOf, makeSuite, type Suite } from './settings.ts';

/** A deployed suite by its name, as its functions know it. Throws BadInput when this account and Region have none of that name. */
export async function publishedSuite(ssm: SSMClient, name: string, env: Environment): Promise<Suite> {
  const values = await valuesBelow(ssm, suiteFolder(name));
  const settings = values.get(settingsParameter(name));
  if (settings === undefined)
    throw new BadInput(
      `suite '${name}'`,
      `no parameter ${settingsParameter(name)} in ${await ssm.config.region()}`,
      'a suite that was deployed there',
      'deploy it, or name another Region (AWS_REGION), account (AWS_PROFILE) or suite (--suite)',
    );
  const { placed } = jsonOf(`parameter ${settingsParameter(name)}`, settings) as { placed?: { [drill: string]: string } };
  const drills = Object.keys(placed ?? {}).map((drill) => {
    const parameter = drillParameter(name, drill);
    return drillIn(`parameter ${parameter}`, jsonOf(`parameter ${parameter}`, values.get(parameter) ?? ''));
  });
  return makeSuite({ ...env, DRILL_SUITE: settings }, drills);
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
