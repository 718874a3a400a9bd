/** Input that a person must mend: exit code 64, nothing started, nothing lost. */
export class BadInput extends Error {
  override name = 'BadInput' as const;
  readonly next: string;

  constructor(what: string, got: string, wanted: string, next: string) {
    super(`${what}: got ${got}, wanted ${wanted}; ${next}`);
    this.next = next;
  }
}
