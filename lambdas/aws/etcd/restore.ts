import type { Restore } from '../../../core/record.ts';
import { numberIn } from './commands.ts';
import type { Done, Fault } from './fault.ts';
import { hex } from './status.ts';

/** The procedure's exit code where the snapshot is no backup. */
const damaged = 4;

/** What a snapshot held and what came of its restore, by what each phase said: hashes and counts. null before there is a snapshot. */
export async function restoreIn(fault: Fault): Promise<Restore | null> {
  const [[saved], proven, lost, restored, started, verified] = (await Promise.all(
    (['Save', 'Prove', 'Lose', 'Restore', 'Start', 'Verify'] as const).map((step) => fault.of(step)),
  )) as [Done[], Done[], Done[], Done[], Done[], Done[]];
  const snapshot = saved === undefined ? null : snapshotIn(saved);
  if (saved === undefined || snapshot === null) return null;
  const keys_missing = verified.length === 0 ? null : missingIn(saved, verified);
  return {
    snapshot,
    refused: proven.find(({ code }) => code === damaged)?.why ?? null,
    started_at: least(restored, 'began_ms'),
    // Whole only when every member is back.
    ended_at: all(started, 'healthy_ms') ? most(started, 'healthy_ms') : null,
    first_write_at: least(started, 'first_write_ms'),
    cluster_id: { before: idIn(saved) ?? 'unknown', after: idAmong(verified) },
    revision: {
      seen: Math.max(snapshot.revision, most(lost, 'revision') ?? 0),
      after: least(verified, 'began_at_revision'),
    },
    hashes: verified.flatMap(({ member, lines }) => (lines.sha256 === undefined ? [] : [{ member, hash: lines.sha256 }])),
    keys_missing,
  };
}

function snapshotIn({ lines }: Done): Restore['snapshot'] | null {
  const [bytes, keys, revision, saved_at] = ['bytes', 'held_keys', 'revision', 'saved_at_ms'].map((name) => numberIn(lines, name));
  if (lines.sha256 === undefined || bytes == null || keys == null || revision == null || saved_at == null) return null;
  return { sha256: lines.sha256, bytes, keys, revision, saved_at };
}

/** A key that came back changed is as good as missing; null where a member did not tell. */
function missingIn({ lines: { held_keys, held_sha256 } }: Done, verified: Done[]): number | null {
  if (!all(verified, 'keys') || held_sha256 === undefined) return null;
  const short = verified.map(({ lines }) =>
    lines.sha256 === held_sha256 ? 0 : Math.max(1, Number(held_keys) - (numberIn(lines, 'keys') ?? 0)),
  );
  return Math.max(...short);
}

function idIn({ lines }: Done): string | null {
  return lines.cluster_id === undefined || !/^\d+$/.test(lines.cluster_id) ? null : hex(lines.cluster_id);
}

/** The one id that every member tells; several are told as they are, and equal none. */
function idAmong(verified: Done[]): string | null {
  const ids = [...new Set(verified.map(idIn))];
  return ids.length === 0 || ids.includes(null) ? null : ids.join(', ');
}

function numbers(done: Done[], name: string): number[] {
  return done.flatMap(({ lines }) => numberIn(lines, name) ?? []);
}

function all(done: Done[], name: string): boolean {
  return done.length > 0 && numbers(done, name).length === done.length;
}

function least(done: Done[], name: string): number | null {
  const found = numbers(done, name);
  return found.length === 0 ? null : Math.min(...found);
}

function most(done: Done[], name: string): number | null {
  const found = numbers(done, name);
  return found.length === 0 ? null : Math.max(...found);
}
