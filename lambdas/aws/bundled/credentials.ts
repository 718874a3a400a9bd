/** Credentials as an AWS client takes them. */
interface FunctionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * Stands in a bundle for the SDK's chain of credential sources. A function has one source, its environment, which Lambda
 * renews with the function; the others would be half of every bundle.
 */
export function defaultProvider(): () => Promise<FunctionCredentials> {
  return async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
    if (accessKeyId === undefined || secretAccessKey === undefined)
      throw new Error('credentials: got none in the environment, wanted those of the function; run this code in a function');
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  };
}

/** The same under the name that makers of log-in tokens know. */
export function fromNodeProviderChain(): ReturnType<typeof defaultProvider> {
  return defaultProvider();
}
