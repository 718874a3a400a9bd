import { readFileSync } from 'node:fs';
import type { EtcdTarget } from '../../../drills/target.ts';

type Members = EtcdTarget['members'];

const own = (name: string): string => readFileSync(new URL(`${name}.sh`, import.meta.url), 'utf8');

/** The restore procedure as every place runs it. */
const procedure = (): string => readFileSync(new URL('../../../workflow/restore.sh', import.meta.url), 'utf8');

/** Ends the procedure inside a script; no line of it is this word. */
const end_of_procedure = 'END_OF_RESTORE_SH';

const phases = ['save', 'prove', 'lose', 'restore', 'start', 'verify', 'clean'] as const;

/** One phase of a restore, in this order. */
export type Phase = (typeof phases)[number];

/** Tells what a member says of itself and of its cluster. */
export function statusDocument(members: Members): object {
  return command('Tells what this member of etcd says of itself, and changes nothing.', 15, {}, [
    known(members),
    own('member'),
    own('status'),
  ]);
}

/** Brings members back after a fault. */
export function undoDocument(members: Members): object {
  const parameters = { with: choice('The data to start with: moved aside by the fault, or restored.', ['old', 'new']) };
  return command('Brings this member of etcd back after a fault; safe to repeat.', 120, parameters, [
    known(members),
    "with='{{ with }}'",
    own('member'),
    own('undo'),
  ]);
}

/** Kills the member that is named, and no other, whoever it is sent to. */
export function killDocument(members: Members): object {
  const parameters = { victim: text('Name of the member to kill; every other one does nothing.', '^[a-z][a-z0-9-]{0,31}$') };
  return command('Kills this member of etcd if it is the one that a drill announced.', 120, parameters, [
    known(members),
    "victim='{{ victim }}'",
    own('member'),
    own('kill'),
  ]);
}

export interface RestorePlaces {
  live: string;
  bucket: string;
  keyArn: string;
}

/** One phase of a restore of this member, by the one procedure, word for word. */
export function restoreDocument(members: Members, { live, bucket, keyArn }: RestorePlaces): object {
  const parameters = {
    phase: choice('What to do.', [...phases]),
    token: text('Names this restore; never used before.', '^[A-Za-z0-9-]{8,64}$'),
  };
  return command('One phase of restoring a scratch member of etcd from a snapshot.', 900, parameters, [
    known(members),
    `phase='{{ phase }}'\ntoken='{{ token }}'\nlive='${live}'\nbucket='${bucket}'\nkms_key='${keyArn}'`,
    own('member'),
    `mkdir -p "$home"\ncat >"$home/restore.sh" <<'${end_of_procedure}'\n${procedure()}${end_of_procedure}`,
    own('phases'),
  ]);
}

function known(members: Members): string {
  return `members='${members.map(({ name, instance, url }) => `${name} ${instance} ${url}`).join('\n')}'`;
}

const choice = (description: string, allowedValues: string[]) => ({ type: 'String', description, allowedValues });
const text = (description: string, allowedPattern: string) => ({ type: 'String', description, allowedPattern });

/** A script in parts, one after another, that any POSIX shell runs. */
function command(description: string, timeout_s: number, parameters: object, script: string[]): object {
  const runCommand = script.flatMap((part) => part.replace(/\n$/, '').split('\n'));
  return {
    schemaVersion: '2.2',
    description,
    parameters,
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'Run',
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: { timeoutSeconds: `${timeout_s}`, runCommand },
      },
    ],
  };
}
