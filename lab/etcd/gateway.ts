import { readFile } from 'node:fs/promises';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

/** A client's certificate and the authority that signed the servers', as PEM text. */
export interface Credentials {
  ca: string;
  cert: string;
  key: string;
}

/** Reads the files that a client shows and trusts. */
export async function readCredentials(files: { ca: string; cert: string; key: string }): Promise<Credentials> {
  const [ca, cert, key] = await Promise.all([files.ca, files.cert, files.key].map((path) => readFile(path, 'utf8')));
  return { ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
}

/** Posts to the HTTP gateway of one member; rejects past `within_ms`, and with etcd's own words where it refuses. */
export function ask<T>(url: string, path: string, body: object, within_ms: number, credentials: Credentials | null): Promise<T> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const options = { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } };
    const address = new URL(path, url);
    const request = credentials ? secure(address, { ...options, ...credentials }) : plain(address, options);
    const late = setTimeout(() => request.destroy(new Error(`no answer from ${url} within ${within_ms} ms`)), within_ms);
    request.on('close', () => clearTimeout(late));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode !== 200) reject(new Error(`${url} answers ${response.statusCode}: ${answer.trim().slice(0, 200)}`));
        else resolve(JSON.parse(answer) as T);
      });
    });
    request.end(text);
  });
}
