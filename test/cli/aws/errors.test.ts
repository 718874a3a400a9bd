import { expect, test } from 'vitest';
import { inWords } from '../../../cli/aws-errors.ts';
import { describe as described, exit } from '../../../cli/exit.ts';

const named = (name: string, message = 'no', code?: string) => Object.assign(new Error(message), { name, ...(code && { code }) });

test.each<[string, Error, number, RegExp]>([
  ['no credentials', named('CredentialsProviderError', 'Could not load credentials'), exit.usage, /credentials: got none.*AWS_PROFILE/],
  ['expired ones', named('ExpiredTokenException'), exit.usage, /expired ones.*aws sso login/],
  ['an expired session', named('CredentialsProviderError', 'The SSO session has expired'), exit.usage, /expired ones/],
  ['wrong ones', named('UnrecognizedClientException'), exit.usage, /ones that AWS knows/],
  ['no Region', named('Error', 'Region is missing'), exit.usage, /AWS_REGION/],
  ['a machine that is gone', named('StateMachineDoesNotExist'), exit.usage, /deploy the suite again/],
  [
    'denied',
    named('AccessDeniedException', 'not authorized to perform: states:StartExecution'),
    exit.refused,
    /denied it: .*StartExecution/,
  ],
  ['throttled', named('ThrottlingException'), exit.refused, /throttled/],
  ['no network', named('Error', 'getaddrinfo', 'ENOTFOUND'), exit.refused, /cannot be reached/],
  ['our own mistake', new TypeError('x is not a function'), exit.internal, /internal error/],
])('%s', (_, error, code, text) => {
  const said = described(inWords(error));
  expect(said.code).toBe(code);
  expect(said.text).toMatch(text);
});
