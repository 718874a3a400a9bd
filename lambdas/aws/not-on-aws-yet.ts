/** Part of the tools that has no AWS side yet; nothing was done. */
export class NotOnAwsYet extends Error {
  override name = 'NotOnAwsYet' as const;

  constructor(part: string, method: string) {
    super(`${part}.${method} on aws: got a call, wanted none yet; run this drill on the lab, the aws side of ${part} is not built`);
  }
}

/** Stands where a part of the tools will be: touching any method of it throws NotOnAwsYet by name. */
export function notOnAwsYet<Part extends object>(part: string): Part {
  return new Proxy({} as Part, {
    get(_, method) {
      if (typeof method === 'symbol') return undefined;
      throw new NotOnAwsYet(part, method);
    },
  });
}
