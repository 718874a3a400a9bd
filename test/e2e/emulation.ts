import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { auroraFailoverOnAws } from '../../drills/aurora-failover-on-aws.ts';
import { heartbeatAlarm } from '../../drills/heartbeat.ts';
import type { DrillConfig } from '../../infra/config/schema.ts';
import { inLab } from '../../lab/postgres.ts';
import { type MotoServer, startMoto } from '../aws/moto-server.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Database, startDatabase } from './database.ts';
import { caller, deploy } from './deploy.ts';
import { documentName, Experiments, type Injection } from './experiments.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { cluster_arn, rdsOf } from './rds.ts';
import { publishMetrics } from './rds-metrics.ts';
import { Calendars } from './ssm.ts';

const app = fileURLToPath(new URL('app.ts', import.meta.url));

/** The alarm that guards the drill here. */
const guard = 'a-bystander';

/** The suite deployed on emulators of AWS, with a real database behind them. */
export class Emulation {
  readonly database: Database;
  readonly calendars = new Calendars();
  readonly experiments: Experiments;
  /** What an experiment breaks; a failover unless a test says otherwise. */
  injection: Injection = () => this.failOver();
  #moto: MotoServer;
  #folder: string;
  #plane: ControlPlane | undefined;
  #ministack: MiniStack | undefined;
  #silence: (() => Promise<void>) | undefined;

  private constructor(folder: string, database: Database, moto: MotoServer) {
    this.#folder = folder;
    this.database = database;
    this.#moto = moto;
    this.experiments = new Experiments(moto.endpoint, (template) => this.injection(template));
  }

  /** Installs what is missing, starts every server, and deploys the suite. */
  static async start(): Promise<Emulation> {
    const folder = await mkdtemp('/var/tmp/drill-emulation-');
    const moto = await startMoto();
    const database = await startDatabase('emulation', folder).catch(async (error: unknown) => {
      await moto.stop();
      throw error;
    });
    const emulation = new Emulation(folder, database, moto);
    try {
      await emulation.#deploy();
      return emulation;
    } catch (error) {
      await emulation.stop();
      throw error;
    }
  }

  get endpoint(): string {
    return this.#ministack?.endpoint ?? '';
  }

  /** Fails the writer over as RDS does when it is asked: it hands over and comes back as a reader. */
  async failOver(): Promise<void> {
    const { cluster } = this.database;
    await inLab(cluster).inflict(auroraFailoverOnAws, [cluster.writer.name], new AbortController().signal);
  }

  guard(state: 'OK' | 'ALARM'): Promise<void> {
    return this.#alarm(guard, state);
  }

  /** Whether CloudWatch hears the witnesses: MiniStack makes no metric of what a function logs. */
  heartbeat(state: 'OK' | 'ALARM'): Promise<void> {
    return this.#alarm(heartbeatAlarm(suite, target), state);
  }

  async #alarm(AlarmName: string, StateValue: 'OK' | 'ALARM'): Promise<void> {
    await new CloudWatchClient(caller(this.endpoint)).send(
      new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'set by a test' }),
    );
  }

  /** Everything as it was before a drill. */
  async restore(): Promise<void> {
    this.injection = () => this.failOver();
    this.calendars.set('OPEN');
    this.experiments.say(null);
    this.experiments.refuse(null);
    this.experiments.lever('disengaged');
    this.experiments.started.length = 0;
    await this.experiments.pace(1);
    await this.guard('OK');
    await this.heartbeat('OK');
    await this.database.cluster.restore();
  }

  /** Ends every process, whatever becomes of the others. */
  async stop(): Promise<void> {
    await this.#silence?.();
    const ended = await Promise.allSettled([this.#ministack?.stop(), this.#plane?.stop(), this.#moto.stop(), this.database.cluster.stop()]);
    const failed = ended.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #deploy(): Promise<void> {
    const { experiments, calendars, database } = this;
    this.#plane = await startControlPlane(
      { fis: experiments.service, rds: rdsOf(database.cluster), ssm: calendars.service },
      { '/start-experiment': experiments.start, '/resources': (body) => this.#resource(body as Resource) },
    );
    const { endpoint } = this.#plane;
    const temporary = join(this.#folder, 'ministack');
    await mkdir(temporary);
    this.#ministack = await startMiniStack(endpoint, temporary, {
      AWS_ENDPOINT_URL_FIS: endpoint,
      AWS_ENDPOINT_URL_RDS: endpoint,
      AWS_ENDPOINT_URL_SSM: endpoint,
      NODE_EXTRA_CA_CERTS: database.ca,
    });
    await new CloudWatchClient(caller(this.endpoint)).send(
      new PutMetricAlarmCommand({
        AlarmName: guard,
        Namespace: 'Bystander',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const config = join(this.#folder, 'config.json');
    await writeFile(config, JSON.stringify(configuration(await this.#secret())));
    await deploy(this.endpoint, app, this.#folder, { E2E_CONFIG: config });
    this.#silence = publishMetrics(database.cluster, this.endpoint);
    await this.restore();
  }

  /** ARN of the secret that holds the database user's password. */
  async #secret(): Promise<string> {
    const { user: username, password } = this.database;
    const { ARN } = await new SecretsManagerClient(caller(this.endpoint)).send(
      new CreateSecretCommand({ Name: 'billing', SecretString: JSON.stringify({ username, password }) }),
    );
    return ARN ?? '';
  }

  async #resource({ type, name, properties }: Resource): Promise<unknown> {
    if (type === 'AWS::FIS::ExperimentTemplate') return this.experiments.template(properties);
    return { id: documentName(name, properties), attributes: {} };
  }
}

interface Resource {
  type: string;
  name: string;
  properties: { [name: string]: unknown };
}

/** The suite's name and its one target's: together the name of the state machine. */
export const suite = 'drills';
export const target = 'billing';

/** The shipped drill with shorter waits. Networks are names here: the emulator joins its functions to none. */
function configuration(secret: string): DrillConfig {
  return {
    name: suite,
    network: {
      vpcId: 'vpc-0a1b2c3d',
      availabilityZones: ['us-east-1a'],
      subnetIds: ['subnet-0a1b2c3d'],
      securityGroupId: 'sg-0a1b2c3d',
    },
    calendars: ['changes'],
    targets: {
      [target]: {
        store: 'aurora',
        cluster: { arn: cluster_arn },
        database: 'postgres',
        user: 'postgres',
        auth: secret,
        drills: {
          'aurora-failover': {
            topology: { members: 3, zones: 3 },
            limits: { recovery_ms: 62_000 },
            load: { rate_hz: 30, minimum_hz: 15, pinned_hz: 2, read_hz: 4 },
            window: { baseline_s: 6, settle_s: 12, deadline_s: 180, poll_s: 1, heal_deadline_s: 60 },
            guards: [{ alarm: guard, metric: 'Bystander Errors' }],
          },
        },
      },
    },
  };
}
