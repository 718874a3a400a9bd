import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** What a restore leaves in the bucket, below the id of its Automation. */
const files = ['snapshot.sealed', 'snapshot.sealed.manifest', 'key.sealed'];

/** Deletes the snapshot of an Automation; nothing where there is none, or no bucket. */
export async function deleteSnapshot(s3: S3Client, bucket: string | null, automation: string): Promise<void> {
  if (bucket === null) return;
  await Promise.all(files.map((file) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${automation}/${file}` }))));
}
