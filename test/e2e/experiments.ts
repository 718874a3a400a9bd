import { type Answered, type Asked, forward, json, named } from './control-plane.ts';

/** What really happens when an experiment starts; resolves when its own course is over. */
export type Injection = (template: string) => Promise<void>;

interface Started {
  id: string;
  token: string;
  run: string;
}

const account = '000000000000';
const region = 'us-east-1';

/** FIS as moto has it, behind which something really breaks. Moto keeps templates, experiments, tokens, tags and their states. */
export class Experiments {
  readonly started: Started[] = [];
  readonly #moto: string;
  readonly #inject: Injection;
  /** What GetExperiment says of every experiment instead of moto's own word, for words that moto does not know. */
  #said: string | null = null;
  #lever = 'disengaged';
  /** Starts that are answered with an error, by its name. */
  #refused: string | null = null;

  constructor(moto: string, inject: Injection) {
    this.#moto = moto;
    this.#inject = inject;
  }

  /** From now on each state lasts this long; moto would go on at every look otherwise. */
  async pace(seconds: number): Promise<void> {
    const answer = await fetch(`${this.#moto}/moto-api/state-manager/set-transition`, {
      method: 'POST',
      body: JSON.stringify({ model_name: 'fis::experiment', transition: { progression: 'time', seconds } }),
    });
    if (!answer.ok) throw new Error(`moto's pace: got ${answer.status}, wanted 201`);
  }

  say(status: string | null): void {
    this.#said = status;
  }

  /** The account's safety lever, which moto does not have. */
  lever(status: 'disengaged' | 'engaged'): void {
    this.#lever = status;
  }

  refuse(error: string | null): void {
    this.#refused = error;
  }

  /** Asks for a stop, as a person would in the console. */
  async stop(id: string): Promise<void> {
    await this.#ask('DELETE', `/experiments/${id}`);
  }

  /** What a client asks goes to moto; only the word for a state may be another one. */
  readonly service = async (asked: Asked): Promise<Answered> => {
    if (asked.path === '/safetyLevers/default')
      return json(200, { safetyLever: { id: 'default', state: { status: this.#lever, reason: 'set by a test' } } });
    const answered = await forward(asked, this.#moto);
    if (this.#said === null || asked.method !== 'GET' || !/^\/experiments\/[^/?]+$/.test(asked.path)) return answered;
    const body = JSON.parse(answered.body) as { experiment?: { state: { status: string; reason: string } } };
    if (body.experiment !== undefined) body.experiment.state = { status: this.#said, reason: `said to be ${this.#said}` };
    return { ...answered, body: JSON.stringify(body) };
  };

  /** The workflow's one call, in the casing of its integration; a token that is known starts nothing anew. */
  readonly start = async (parameters: unknown): Promise<unknown> => {
    const { ClientToken, ExperimentTemplateId, Tags, ...other } = parameters as { [name: string]: unknown };
    if (typeof ClientToken !== 'string' || typeof ExperimentTemplateId !== 'string' || Object.keys(other).length > 0)
      throw named('Fis.ValidationException', `wanted ClientToken, ExperimentTemplateId and Tags, got ${JSON.stringify(parameters)}`);
    if (this.#refused !== null) throw named(this.#refused, 'refused on purpose');
    const { experiment } = (await this.#ask('POST', '/experiments', {
      clientToken: ClientToken,
      experimentTemplateId: ExperimentTemplateId,
      tags: Tags,
    })) as { experiment: { id: string; state: { status: string } } };
    if (!this.started.some(({ id }) => id === experiment.id)) {
      this.started.push({ id: experiment.id, token: ClientToken, run: String((Tags as { run?: string } | undefined)?.run) });
      this.#inject(ExperimentTemplateId).catch((error: unknown) => this.failures.push(error));
    }
    return { Experiment: { Id: experiment.id, State: { Status: experiment.state.status } } };
  };

  /** What went wrong while something was being broken. */
  readonly failures: unknown[] = [];

  /** A template with the properties that CloudFormation gives it. */
  async template(properties: { [name: string]: unknown }): Promise<{ id: string; attributes: { [name: string]: string } }> {
    const { experimentTemplate } = (await this.#ask('POST', '/experimentTemplates', {
      clientToken: crypto.randomUUID(),
      ...(camelled(properties) as object),
    })) as { experimentTemplate: { id: string } };
    return { id: experimentTemplate.id, attributes: { Id: experimentTemplate.id } };
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = {
      'content-type': 'application/json',
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/fis/aws4_request, SignedHeaders=host, Signature=0`,
    };
    const answered = await forward({ method, path, headers, body: JSON.stringify(body ?? {}) }, this.#moto);
    const said = JSON.parse(answered.body) as { __type?: string; message?: string };
    if (answered.status >= 400) throw named(`Fis.${said.__type ?? 'FisException'}`, said.message ?? answered.body);
    return said;
  }
}

/** Keys of these are names that the template's author chose. */
const byName = new Set(['Actions', 'Targets', 'Tags', 'Parameters', 'ResourceTags', 'StartAfter']);

/** CloudFormation's PascalCase in the API's camelCase. */
function camelled(value: unknown, parent = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => camelled(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      byName.has(parent) ? name : name.charAt(0).toLowerCase() + name.slice(1),
      camelled(each, byName.has(parent) ? '' : name),
    ]),
  );
}

/** A document's name, which is all that a template refers to. */
export function documentName(name: string, properties: { [name: string]: unknown }): string {
  return typeof properties.Name === 'string' ? properties.Name : name;
}
