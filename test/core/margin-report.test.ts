import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import { parseRecord } from '../../core/record-schema.ts';
import { drills } from '../../drills/index.ts';

/** The margin of a recorded run. */
function margin(name: string) {
  const drill = drills.find((each) => each.name === name);
  if (drill === undefined) throw new Error(`no drill ${name}`);
  const { record } = JSON.parse(readFileSync(join(import.meta.dirname, '../records', `${name}.json`), 'utf8'));
  return grade(drill, parseRecord(record)).margin;
}

test.each([
  // Nobody could be asked while all were gone.
  ['etcd-snapshot-restore', { before: 1, min: -2 }],
  ['etcd-quorum-loss', { before: 1, min: -2 }],
  ['etcd-leader-loss', { before: 1, min: 0 }],
  ['etcd-rolling-restart', { before: 1, min: 0 }],
  ['etcd-unseen-fault-twin', { before: 1, min: 1 }],
  ['msk-rolling-restart', { before: 1, min: 0 }],
  ['msk-quorum-loss', { before: 1, min: -1 }],
  ['aurora-quorum-loss', { before: 2, min: -1 }],
])('%s left a margin of %j', (name, wanted) => {
  expect(margin(name)).toEqual(wanted);
});
