import { SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { settingsParameter } from '../../drills/target.ts';
import { publishedSuite } from '../../lambdas/aws/published-suite.ts';
import { loopbackApi } from '../lambdas/aws/loopback-api.ts';
import { flat, synthesized, toldIn } from './synthesized.ts';

const { stack, template } = synthesized();
const published = Object.values(template.findResources('AWS::SSM::Parameter')).map(({ Properties }) => ({
  Name: String(Properties.Name),
  Value: flat(Properties.Value),
}));

/** Most that a free parameter holds. */
const limit_bytes = 4096;

async function read(parameters: typeof published, name = 'quorum-drills') {
  const pages = parameters.map((each, i) => ({ Parameters: [each], ...(i + 1 < parameters.length && { NextToken: String(i + 1) }) }));
  const api = await loopbackApi(({ body }) => ({ body: pages[Number(body.NextToken ?? 0)] ?? { Parameters: [] } }));
  try {
    return await publishedSuite(new SSMClient(api.client), name, {});
  } finally {
    await api.close();
  }
}

test('the command is told what the functions are told', async () => {
  const { suite, memory_mb } = await read(published);
  expect(suite.settings).toEqual(toldIn(template));
  expect(suite.drills).toEqual(JSON.parse(JSON.stringify(Object.values(stack.suite.drills).flat())));
  expect(suite.drills.length).toBeGreaterThan(1);
  const sizes = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.MemorySize as number);
  expect([...new Set(Object.values(memory_mb))].sort()).toEqual([...new Set(sizes.filter(Boolean))].sort());
});

test('each fits a free parameter', () => {
  expect(published.filter(({ Value }) => Buffer.byteLength(Value) > limit_bytes)).toEqual([]);
});

test('a suite that is not there, or that lacks a part, is said to be', async () => {
  await expect(read([])).rejects.toThrow("suite 'quorum-drills': got no parameter /quorum-drills/quorum-drills/settings in eu-west-1");
  const without = published.filter(({ Name }) => !Name.endsWith('/aurora-failover'));
  await expect(read(without)).rejects.toThrow('parameter /quorum-drills/quorum-drills/drills/aurora-failover: got nothing, wanted JSON');
  const other = [{ Name: settingsParameter('quorum-drills'), Value: '{}' }, ...published.filter(({ Name }) => /memory/.test(Name))];
  await expect(read(other)).rejects.toThrow('setting DRILL_SUITE');
});
