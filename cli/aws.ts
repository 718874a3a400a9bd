import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KafkaClient } from '@aws-sdk/client-kafka';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Drill } from '../core/drill.ts';
import { machineName } from '../drills/target.ts';
import { lastReports } from '../lambdas/aws/last-reports.ts';
import { machineAt } from '../lambdas/aws/machine.ts';
import { createTopic, deleteTopic, topicExists } from '../lambdas/aws/msk/topic.ts';
import { everyPart } from '../lambdas/aws/parts.ts';
import { type PublishedSuite, publishedSuite } from '../lambdas/aws/published-suite.ts';
import type { Environment, Suite } from '../lambdas/aws/settings.ts';
import { storeControls } from '../lambdas/aws/store-sides.ts';
import { suiteTools } from '../lambdas/aws/tools.ts';
import type { Tools } from '../lambdas/tools.ts';
import { clearAwsStore } from './aws-clear.ts';
import { plainly } from './aws-errors.ts';
import { prospectOnAws } from './aws-prospect.ts';
import { runOnAws } from './aws-run.ts';
import type { Place } from './place.ts';
import type { Topics } from './preparation.ts';

const question = 'stop the drill? It is healed first, which takes minutes. Otherwise it goes on';

/** A suite that is deployed in the account and Region of the caller's credentials. */
export async function aws(name: string, env: Environment = process.env): Promise<Place> {
  const { suite, tools, memory_mb } = await deployed(name, env);
  const sfn = new SFNClient();
  const machineOf = (drill: Drill) => machineAt(sfn, machineArn(suite, machineName(name, suite.targetOf(drill).name)));
  const dynamodb = new DynamoDBClient();
  const { table } = suite.settings;
  const controlNamed = storeControls(suite.targetNamed, { dynamodb, table, clock: tools.clock, runs: tools.runs });
  const metricsRead = async (drill: Drill) => (await controlNamed(suite.targetOf(drill).name).queries(drill)).length;
  return {
    drills: suite.drills,
    day: suite.drills.map((drill) => drill.name),
    question,
    store: tools.topology.store,
    prospect: plainly((drill) => prospectOnAws(drill, { tools, suite, memory_mb, metricsRead })),
    run: plainly((drill, order) => runOnAws(drill, order, { tools, machine: machineOf(drill) })),
    withRuns: plainly((work) => work(tools.runs, tools.clock)) as Place['withRuns'],
    clear: plainly((store, say) => clearAwsStore(tools, store, say)),
    lastReports: plainly(() => lastReports(dynamodb, table, tools.evidence)),
  };
}

/** The targets of a deployed suite, and the way to make and delete the topics of the lanes. */
export async function preparing(name: string, env: Environment = process.env): Promise<{ suite: Suite; tools: Tools; topics: Topics }> {
  const { suite, tools } = await deployed(name, env);
  const kafka = new KafkaClient();
  const topics: Topics = {
    exists: plainly((target) => topicExists(kafka, target)),
    create: plainly((target, declared) => createTopic(kafka, target, declared)),
    remove: plainly((target) => deleteTopic(kafka, target)),
  };
  return { suite, tools, topics };
}

const deployed = plainly(async (name: string, env: Environment): Promise<PublishedSuite & { tools: Tools }> => {
  const published = await publishedSuite(new SSMClient(), name, env);
  return { ...published, tools: suiteTools(published.suite, everyPart) };
});

/** Beside the topic of notices, whose ARN is known: `arn:<partition>:sns:<region>:<account>:<name>`. */
function machineArn({ settings }: Suite, machine: string): string {
  const [arn, partition, , region, account] = settings.topic.split(':');
  return [arn, partition, 'states', region, account, 'stateMachine', machine].join(':');
}
