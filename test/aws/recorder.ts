import { commandsIn, functionSources } from './written-commands.ts';

/** One command as an adapter handed it to a client, before anything was made of it. */
export interface Call {
  /** As the SDK names it, such as `Secrets Manager`. */
  service: string;
  operation: string;
  input: { [name: string]: unknown };
}

interface Command {
  input: Call['input'];
  middlewareStack: { identify(): string[] };
}

interface Client {
  config: { serviceId: string; requestHandler: { handle(request: { method: string; path: string }): Promise<unknown> } };
  send(command: Command): Promise<unknown>;
}

type ClientClass = { prototype: Client };

/** Names of the SDK's packages that the functions' adapters import. */
export const packages: string[] = [...new Set(functionSources.flatMap(({ text }) => text.match(/@aws-sdk\/client-[\w-]+/g) ?? []))].sort();

/** Operations of all commands that the functions can make. */
export const operationsMade: string[] = [...new Set(functionSources.flatMap(commandsIn).map(({ operation }) => operation))].sort();

/**
 * Takes every command that reaches a client of the SDK while `work` runs: `answer` stands where the service would, and nothing
 * leaves the process.
 */
export async function recorded(answer: (call: Call) => unknown, work: (calls: Call[]) => Promise<void>): Promise<Call[]> {
  const calls: Call[] = [];
  const classes = await clientClasses();
  for (const { prototype } of classes) {
    const send = prototype.send;
    prototype.send = async function (this: Client, command: Command) {
      if (command.middlewareStack.identify().some((step) => step.startsWith('readSafetyLever')))
        return askLever(this, command, send, calls);
      const call = { service: this.config.serviceId, operation: command.constructor.name.replace(/Command$/, ''), input: command.input };
      calls.push(call);
      return answer(call);
    };
  }
  try {
    await work(calls);
  } finally {
    // What was there before is inherited, and shows again.
    for (const { prototype } of classes) Reflect.deleteProperty(prototype, 'send');
  }
  return calls;
}

/** The one call that is not what its command says: it is known only from the request that comes of it. */
async function askLever(client: Client, command: Command, send: Client['send'], calls: Call[]): Promise<unknown> {
  client.config.requestHandler = {
    handle: async ({ method, path }) => {
      const [, id] = (method === 'GET' && /^\/safetyLevers\/([^/]+)$/.exec(path)) || [];
      calls.push({ service: 'fis', operation: id === undefined ? `${method} ${path}` : 'GetSafetyLever', input: { id } });
      const body = Buffer.from(JSON.stringify({ safetyLever: { id, state: { status: 'disengaged', reason: '' } } }));
      return { response: { statusCode: 200, headers: { 'content-type': 'application/json' }, body } };
    },
  };
  return send.call(client, command);
}

async function clientClasses(): Promise<ClientClass[]> {
  const modules = await Promise.all(packages.map((name) => import(name) as Promise<{ [name: string]: unknown }>));
  return modules.map((module, index) => {
    const found = Object.entries(module).find(([name, value]) => /^[A-Z]\w*Client$/.test(name) && typeof value === 'function');
    if (found === undefined) throw new Error(`${packages[index]}: got no client, wanted one`);
    return found[1] as ClientClass;
  });
}
