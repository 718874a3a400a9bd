import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as a service saw it; `operation` is the word after the dot of the target header, empty in FIS's REST protocol. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  operation: string;
  /** Whether it carried a signature of the form that AWS asks for. */
  signed: boolean;
  body: { [name: string]: unknown };
}

/** What the service answers: a body, or the name of an error. */
export type Answer = { body: unknown } | { error: string; status?: number; message?: string };

/** A service on loopback that speaks JSON to the real clients, and remembers every call. */
export async function loopbackApi(answer: (call: Call, nth: number) => Answer) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://loopback');
    const text = Buffer.concat(chunks).toString();
    const call: Call = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      operation: String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, ''),
      signed: /^AWS4-HMAC-SHA256 .*Signature=[0-9a-f]{64}$/.test(request.headers.authorization ?? ''),
      body: text === '' ? {} : JSON.parse(text),
    };
    calls.push(call);
    const said = answer(call, calls.length);
    const failed = 'error' in said;
    response.writeHead(failed ? (said.status ?? 400) : 200, {
      'content-type': 'application/json',
      ...(failed && { 'x-amzn-errortype': said.error }),
    });
    response.end(JSON.stringify(failed ? { __type: said.error, message: said.message ?? 'no' } : said.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    calls,
    client: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
