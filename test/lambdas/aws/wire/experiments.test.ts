import { CreateExperimentTemplateCommand, FisClient, StartExperimentCommand } from '@aws-sdk/client-fis';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { fisExperiments } from '../../../../lambdas/aws/fis.ts';
import { executions } from '../../../../lambdas/aws/step-functions.ts';
import { isTerminal } from '../../../../lambdas/experiments.ts';
import { aName, client, overMoto } from './over-moto.ts';

const role = 'arn:aws:iam::123456789012:role/drill';
const cluster = 'arn:aws:rds:eu-west-1:123456789012:cluster:orders';

/** A template that fails a cluster over, and a start as the workflow makes it. */
async function aTemplate() {
  const fis = new FisClient(client);
  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: aName('template'),
      description: 'fail over',
      roleArn: role,
      stopConditions: [{ source: 'aws:cloudwatch:alarm', value: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:probe' }],
      targets: { Clusters: { resourceType: 'aws:rds:cluster', resourceArns: [cluster], selectionMode: 'ALL' } },
      actions: { failover: { actionId: 'aws:rds:failover-db-cluster', targets: { Clusters: 'Clusters' } } },
    }),
  );
  const template = experimentTemplate?.id ?? '';
  const start = async (run: string, token: string): Promise<string> => {
    const started = await fis.send(new StartExperimentCommand({ experimentTemplateId: template, clientToken: token, tags: { run } }));
    return started.experiment?.id ?? '';
  };
  return { faults: fisExperiments(fis), template, start };
}

overMoto('FIS', () => {
  test('finds an experiment by id, and by template and run', async () => {
    const { faults, template, start } = await aTemplate();
    const run = aName('run');
    expect(await faults.get('EXPnone')).toBeUndefined();
    expect(await faults.find(template, run)).toEqual([]);
    const id = await start(run, `${run}/1`);
    expect(await faults.get(id)).toMatchObject({ id, template, tags: { run }, actions: [{ name: 'failover', targets: [cluster] }] });
    expect((await faults.find(template, run)).map((each) => each.id)).toEqual([id]);
    expect(await faults.find(template, `${run}0`)).toEqual([]);
    expect(await faults.find('EXTother', run)).toEqual([]);
  });

  test('starts one experiment for each token', async () => {
    const { faults, template, start } = await aTemplate();
    const run = aName('run');
    const first = await start(run, `${run}/1`);
    expect(await start(run, `${run}/1`)).toBe(first);
    const second = await start(run, `${run}/2`);
    expect((await faults.find(template, run)).map((each) => each.id).sort()).toEqual([first, second].sort());
  });

  test('stops it, again and again, until it has ended with a time', async () => {
    const { faults, start } = await aTemplate();
    const run = aName('run');
    const id = await start(run, `${run}/1`);
    await faults.stop(id);
    await faults.stop(id);
    let now = await faults.get(id);
    for (let looks = 0; looks < 20 && now !== undefined && !isTerminal(now); looks += 1) now = await faults.get(id);
    expect(now).toMatchObject({ status: expect.stringMatching(/^(stopped|completed)$/), end_at: expect.any(Number) });
    await faults.stop(id);
  });
});

overMoto('Step Functions', () => {
  test('tells an execution that runs from one that was stopped and from one that never was', async () => {
    const sfn = new SFNClient(client);
    const definition = JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: aName('drill'), definition, roleArn: role }));
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: aName('run') }));
    const running = executions(sfn);
    expect(await running(executionArn)).toBe(true);
    await sfn.send(new StopExecutionCommand({ executionArn }));
    expect(await running(executionArn)).toBe(false);
    expect(await running(`${executionArn}-never`)).toBe(false);
  });
});
