import { generateAuthToken } from 'aws-msk-iam-sasl-signer-js';

/** A token of MSK IAM for OAUTHBEARER, good for 15 minutes; signed with the function's own credentials. */
export async function iamToken(region: string): Promise<string> {
  const { token } = await generateAuthToken({ region });
  return token;
}
