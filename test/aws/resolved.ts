import type { Template } from 'aws-cdk-lib/assertions';

export const region = 'eu-west-1';
export const account = '210987654321';
const here = `${region}:${account}`;

export interface Resource {
  Type: string;
  Properties: { [name: string]: unknown };
}

/** ARN of a resource of the stack by its name, as CloudFormation would answer. */
const arns: { [type: string]: (name: string) => string } = {
  'AWS::CloudWatch::Alarm': (name) => `arn:aws:cloudwatch:${here}:alarm:${name}`,
  'AWS::DynamoDB::GlobalTable': (name) => `arn:aws:dynamodb:${here}:table/${name}`,
  'AWS::Events::EventBus': (name) => `arn:aws:events:${here}:event-bus/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${here}:key/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${here}:function:${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${here}:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::SNS::Topic': (name) => `arn:aws:sns:${here}:${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${here}:${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `arn:aws:states:${here}:stateMachine:${name}`,
};

/** Types whose Ref is their ARN. */
const referredByArn = new Set(['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine']);
const pseudo: { [name: string]: string } = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::StackName': 'QuorumDrills',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The values of a template as they are once it is deployed, as far as policies and settings need them. */
export class Resolved {
  readonly resources: { [id: string]: Resource };

  constructor(template: Template) {
    this.resources = template.toJSON().Resources;
  }

  /** Resources of one type, by their logical ids. */
  of(type: string): [id: string, properties: Resource['Properties']][] {
    return Object.entries(this.resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties]] : []));
  }

  text(value: unknown): string {
    if (typeof value === 'string') return value;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = value as { [name: string]: unknown };
    if (typeof Ref === 'string') return pseudo[Ref] ?? this.#ref(Ref);
    if (Array.isArray(attribute)) return this.#attribute(attribute[0], attribute[1]);
    if (Array.isArray(join)) return (join[1] as unknown[]).map((part) => this.text(part)).join(join[0]);
    if (typeof sub === 'string') return sub.replaceAll(/\$\{([\w:]+)\}/g, (_, name: string) => pseudo[name] ?? this.#ref(name));
    throw new Error(`template: got ${JSON.stringify(value)}, wanted a text, Ref, Fn::GetAtt, Fn::Join or Fn::Sub`);
  }

  #ref(id: string): string {
    const { Type } = this.#resource(id);
    return referredByArn.has(Type) ? this.#attribute(id, 'Arn') : this.#name(id);
  }

  #attribute(id: string, attribute: string): string {
    const make = arns[this.#resource(id).Type];
    if (!attribute.endsWith('Arn')) return attribute === 'Id' || attribute.endsWith('Name') ? this.#name(id) : `${id}.${attribute}`;
    if (make === undefined) throw new Error(`${id}.${attribute}: got ${this.#resource(id).Type}, wanted a type whose ARN is known here`);
    return make(this.#name(id));
  }

  #name(id: string): string {
    const { Type, Properties } = this.#resource(id);
    const given = Properties?.Name ?? Properties?.StateMachineName ?? Properties?.AlarmName;
    const name = given === undefined ? id : this.text(given);
    return Type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
  }

  #resource(id: string): Resource {
    const found = this.resources[id];
    if (found === undefined) throw new Error(`template: got ${id}, wanted one of its resources`);
    return found;
  }
}
