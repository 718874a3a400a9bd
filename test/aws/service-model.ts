import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Member {
  shape: string;
  idempotencyToken?: boolean;
}

/** One shape of a service model, as botocore prints it. */
export interface Shape {
  type: string;
  members?: { [name: string]: Member };
  required?: string[];
  member?: Member;
  key?: Member;
  value?: Member;
  enum?: string[];
}

/** AWS's own description of one service. */
export interface ServiceModel {
  metadata: { serviceId: string };
  operations: { [name: string]: { http: { method: string; requestUri: string }; input?: Member; output?: Member } };
  shapes: { [name: string]: Shape };
}

/** Folders of botocore whose name is not the service's own in one word. */
const folders: { [service: string]: string } = { eventbridge: 'events', sfn: 'stepfunctions' };

/** Service models by name: an SDK's (`sfn`, `Secrets Manager`) or, as Systems Manager has them, botocore's own. */
export class ServiceModels {
  readonly #data: string;
  readonly #read = new Map<string, ServiceModel | null>();

  constructor(python: string) {
    this.#data = execFileSync(python, ['-c', 'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))'], {
      encoding: 'utf8',
    }).trim();
  }

  /** The model of a service by its name in an SDK, in any case, or null. */
  ofSdk(name: string): ServiceModel | null {
    const service = oneWord(name);
    const model = this.ofFolder(folders[service] ?? service);
    return model !== null && oneWord(model.metadata.serviceId) === service ? model : null;
  }

  ofFolder(folder: string): ServiceModel | null {
    const found = this.#read.get(folder);
    if (found !== undefined) return found;
    const path = join(this.#data, folder);
    const version = /^\w+$/.test(folder) && existsSync(path) ? readdirSync(path).sort().at(-1) : undefined;
    const model = version === undefined ? null : JSON.parse(gunzipSync(readFileSync(join(path, version, 'service-2.json.gz'))).toString());
    this.#read.set(folder, model);
    return model;
  }
}

function oneWord(name: string): string {
  return name.toLowerCase().replaceAll(/[ -]/g, '');
}
