import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DrillStack } from './drill-stack.ts';

const app = new App();
new DrillStack(app, 'QuorumDrills');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
