import { join } from 'node:path';
import { AssetHashType, type BundlingOptions, DockerImage, Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundle, root } from './bundle.ts';
import { grantAll } from './permission.ts';
import type { TaskNeeds } from './task-needs.ts';

const entries = 'lambdas/aws/entry';

export interface HandlerFunctionProps extends TaskNeeds {
  timeout_s: number;
  environment: { [name: string]: string };
}

/** One task of the workflow as a Lambda function, with a role and a log of its own. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', { retention: RetentionDays.THREE_MONTHS });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const writeLog = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] };
    grantAll(this, role, [writeLog, ...props.permissions]);
    this.function = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      // Hashed by what comes out: a change in core or in a package is a new asset.
      code: Code.fromAsset(join(root, entries), { assetHashType: AssetHashType.OUTPUT, bundling: bundlingOf(props.entry) }),
      timeout: Duration.seconds(props.timeout_s),
      memorySize: props.memory_mb,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      role,
      logGroup,
    });
  }
}

/** Bundled here by esbuild; CDK wants the name of an image, which is never pulled. */
function bundlingOf(entry: string): BundlingOptions {
  return {
    image: DockerImage.fromRegistry('none'),
    // CDK takes assets of one folder for one asset unless their options differ in something that it can print.
    environment: { ENTRY: entry },
    local: {
      tryBundle(folder) {
        bundle(`${entries}/${entry}.ts`, folder);
        return true;
      },
    },
  };
}
