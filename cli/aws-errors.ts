import { BadInput } from '../core/errors.ts';
import { NotRun } from './not-run.ts';

/** What AWS's clients call credentials that are missing, and those that are no longer or never were good. */
const missing = new Set(['CredentialsProviderError', 'CredentialsError']);
const expired = /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired|SSOTokenProviderFailure|TokenProviderError)$/;
const wrong =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure|IncompleteSignature)$/;
const denied =
  /^(AccessDenied(Exception)?|UnauthorizedException|UnauthorizedOperation|ForbiddenException|AuthorizationErrorException|NotAuthorized)$/;
const unreachable = /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|TimeoutError|NetworkingError)$/;
const throttled =
  /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown|ProvisionedThroughputExceededException)$/;

/** The same work, whose failures at AWS are told in words: what a person must mend as BadInput, what AWS would not do as NotRun. */
export function plainly<Input extends unknown[], Output>(work: (...input: Input) => Promise<Output>): (...input: Input) => Promise<Output> {
  return async (...input) => {
    try {
      return await work(...input);
    } catch (error) {
      throw inWords(error);
    }
  };
}

/** What an error of an AWS client means to a person; anything else comes back as it is. */
export function inWords(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof BadInput) return error;
  const name = error.name;
  const code = (error as { code?: unknown }).code;
  if (expired.test(name) || /token.*expired|expired.*token|session.*expired/i.test(error.message))
    return new BadInput(
      'AWS credentials',
      `expired ones (${error.message})`,
      'ones that are good',
      'log in again, such as `aws sso login`',
    );
  if (missing.has(name))
    return new BadInput(
      'AWS credentials',
      `none (${error.message})`,
      'those of the account of the suite',
      'set AWS_PROFILE, or log in with `aws sso login`',
    );
  if (wrong.test(name))
    return new BadInput('AWS credentials', `${name}: ${error.message}`, 'ones that AWS knows', 'look at `aws sts get-caller-identity`');
  if (/Region (is missing|not accepted)/.test(error.message))
    return new BadInput('AWS Region', `none (${error.message})`, 'the one of the suite', 'set AWS_REGION, or a region in your profile');
  if (name === 'StateMachineDoesNotExist')
    return new BadInput('state machine', error.message, "the one of the drill's target", 'deploy the suite again');
  if (denied.test(name)) return new NotRun(`AWS denied it: ${error.message}; ask for the rights of the command (docs/operating.md)`);
  if (throttled.test(name)) return new NotRun(`AWS throttled it: ${error.message}; try again in a minute`);
  if (unreachable.test(name) || (typeof code === 'string' && unreachable.test(code)))
    return new NotRun(`AWS cannot be reached: ${error.message}; look at the network, and at AWS_REGION and AWS_ENDPOINT_URL`);
  return error;
}
