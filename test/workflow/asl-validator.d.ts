declare module 'asl-validator' {
  /** Checks a definition against the language's schema; it changes what it is given, so pass a clone. */
  export default function validate(
    definition: object,
    options?: { checkPaths?: boolean; checkArn?: boolean },
  ): { isValid: boolean; errorsText(separator?: string): string };
}
