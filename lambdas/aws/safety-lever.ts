import { type FisClient, GetExperimentCommand } from '@aws-sdk/client-fis';

/** FIS's emergency stop of an account and Region. `status` is an open string: only `disengaged` lets experiments run. */
export interface SafetyLever {
  status: string;
  reason: string;
}

const path = '/safetyLevers/default';

/** What a step of the client's middleware sees of the protocol below it. */
interface HttpRequest {
  path: string;
}
interface HttpResponse {
  statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/**
 * Reads the lever, which the one client of FIS that npm has does not know. One of its own commands is sent to the lever's path
 * before it is signed, so that credentials, Region, endpoint and retries stay the client's, and the answer is read as it came.
 */
export async function readSafetyLever(fis: FisClient): Promise<SafetyLever> {
  const command = new GetExperimentCommand({ id: 'default' });
  let answer = '';
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as HttpRequest).path = path;
      return next(args);
    },
    { step: 'build', name: 'askForSafetyLever' },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as HttpResponse;
      const body = await bytesOf(response.body);
      response.body = body;
      if (response.statusCode === 200) answer = body.toString();
      return result;
    },
    // Below the step that makes of the answer what this command expects of an experiment.
    { step: 'deserialize', name: 'readSafetyLever', priority: 'low' },
  );
  await fis.send(command);
  return leverIn(answer);
}

async function bytesOf(body: HttpResponse['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function leverIn(answer: string): SafetyLever {
  const { safetyLever } = JSON.parse(answer || '{}') as { safetyLever?: { state?: Partial<SafetyLever> } };
  const status = safetyLever?.state?.status;
  if (status === undefined) throw new Error(`safety lever: got ${answer.slice(0, 200) || 'no answer'}, wanted its state`);
  return { status, reason: safetyLever?.state?.reason ?? '' };
}
