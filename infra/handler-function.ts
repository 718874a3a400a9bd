import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, type BundlingOptions, DockerImage, Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Drill } from '../core/drill.ts';
import { bundleOf, entryFolder, root, writeBundle } from './bundle.ts';
import { grantAll, type Permission } from './permission.ts';
import type { ProbeNetwork } from './store-parts.ts';
import type { TaskNeeds } from './task-needs.ts';

export interface HandlerFunctionProps extends TaskNeeds {
  timeout_s: number;
  environment: { [name: string]: string };
  /** Lies beside the code as drills.json. */
  drills: Drill[];
  /** Where it runs; outside of any network unless given. */
  network?: ProbeNetwork;
}

const interfaces = {
  actions: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
};

const joinNetwork: Permission = {
  ...interfaces,
  because: 'Lambda itself uses these to join the network and checks for them on all resources; the code of the function is denied them',
};

/** One task of the workflow as a Lambda function, with a role and a log of its own. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', { retention: RetentionDays.THREE_MONTHS });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const writeLog = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] };
    grantAll(this, role, [writeLog, ...(props.network === undefined ? [] : [joinNetwork]), ...props.permissions]);
    if (props.network !== undefined) role.addToPolicy(onlyForLambda());
    this.function = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      // Hashed by what comes out: a change in core or in a package is a new asset.
      code: Code.fromAsset(join(root, entryFolder), { assetHashType: AssetHashType.OUTPUT, bundling: bundlingOf(props) }),
      timeout: Duration.seconds(props.timeout_s),
      memorySize: props.memory_mb,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      role,
      logGroup,
      ...inside(props.network),
    });
  }
}

function inside(network: ProbeNetwork | undefined) {
  if (network === undefined) return {};
  return { vpc: network.vpc, vpcSubnets: { subnets: network.subnets }, securityGroups: [network.securityGroup] };
}

/** Denies what only Lambda needs to calls from the function's own code, which carry the function's ARN. */
function onlyForLambda(): PolicyStatement {
  return new PolicyStatement({ effect: Effect.DENY, ...interfaces, conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } } });
}

/** Bundled here by esbuild; CDK wants the name of an image, which is never pulled. */
function bundlingOf({ entry, drills }: HandlerFunctionProps): BundlingOptions {
  const declared = JSON.stringify(drills);
  return {
    image: DockerImage.fromRegistry('none'),
    // CDK takes assets of one folder for one asset unless their options differ in something that it can print.
    environment: { ENTRY: entry, DRILLS: createHash('sha256').update(declared).digest('hex') },
    local: {
      tryBundle(folder) {
        writeBundle(bundleOf(entry), folder);
        writeFileSync(join(folder, 'drills.json'), declared);
        return true;
      },
    },
  };
}
