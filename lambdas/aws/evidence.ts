import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { reason } from '../task.ts';
import type { Evidence } from '../tools.ts';

/** Below this a document is kept as it is, so that a person reads it in the console. */
const plain_limit_bytes = 64 * 1024;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Documents in one bucket, large ones compressed. Whoever needs a write to succeed tries again (store-evidence.ts); here it is refused in words. */
export function s3Evidence(s3: S3Client, bucket: string): Evidence {
  return {
    put: async (Key, value) => {
      const plain = Buffer.from(JSON.stringify(value));
      const large = plain.length > plain_limit_bytes;
      const Body = large ? await pack(plain) : plain;
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key,
            Body,
            ContentType: 'application/json',
            ...(large && { ContentEncoding: 'gzip' }),
          }),
        );
      } catch (error) {
        throw new Error(`write of s3://${bucket}/${Key}: got ${said(error)}, wanted it stored; allow s3:PutObject there`, { cause: error });
      }
    },
    get: (Key) => get(s3, bucket, Key),
  };
}

async function get(s3: S3Client, bucket: string, Key: string): Promise<unknown> {
  try {
    const { Body, ContentEncoding } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const bytes = await Body?.transformToByteArray();
    if (bytes === undefined) throw new Error('no body');
    return JSON.parse((ContentEncoding === 'gzip' ? await unpack(bytes) : Buffer.from(bytes)).toString());
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    // Without the right to list, S3 calls a document that is not there a denied one.
    throw new Error(
      `read of s3://${bucket}/${Key}: got ${said(error)}, wanted a JSON document; allow s3:GetObject and s3:ListBucket there`,
      { cause: error },
    );
  }
}

/** Name and message, since S3's messages alone do not tell a missing bucket from a denied one. */
function said(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${reason(error)}` : reason(error);
}
