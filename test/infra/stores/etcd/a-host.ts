import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Stands in for etcdctl: one member, `ab`, of a cluster that goes on answering, and a live cluster at 10.9.0.1. */
const etcdctl = `#!/bin/sh
case $1 in *10.9.0.1*) live=yes ;; esac
while [ "\${1#--}" != "$1" ]; do shift; done
header='"header":{"cluster_id":14841639068965178418,"member_id":171,"revision":950,"raft_term":2}'
case "$1 $2" in
  'version ') echo 'etcdctl version: 3.5.16' ;;
  'endpoint status') printf '[{"Endpoint":"x","Status":{%s,"version":"3.5.16","dbSize":1000,"leader":171}}]\\n' "$header" ;;
  'endpoint health') exit 0 ;;
  'put quorum-drills/first-write') exit 0 ;;
  'member list')
    case "$*" in *json*) printf '{%s,"members":[{"ID":171}]}\\n' "$header"; exit ;; esac
    if [ -n "$live" ]; then echo "cd, started, live-1, $LIVE_PEER, https://10.9.0.1:2379, false"
    else echo 'ab, started, etcd-1, https://10.0.1.1:2380, https://10.0.1.1:2379, false'; fi ;;
  'snapshot save') printf 'content whole' >"$3" ;;
  'snapshot status') printf '{"hash":1,"revision":941,"totalKey":7,"totalSize":1000}' ;;
  'snapshot restore')
    if [ "$3" = --help ]; then exit; fi
    if [ -n "$DAMAGED" ]; then echo 'Error: expected sha256 [1 255 16], got [2 0]' >&2; exit 1; fi
    for word in "$@"; do case $word in --data-dir=*) data=\${word#*=} ;; esac; done
    mkdir -p "$data/member/snap" && echo "$*" >"$data/member/snap/db" ;;
  'get ') case "$*" in *json*) echo '{"count":7}' ;; *) printf '\\012\\002hhkeys and values' ;; esac ;;
  *) exit 1 ;;
esac
`;

/** Stands in for the AWS command line: a bucket in a folder, and a key that only opens what it sealed for the same context. */
const aws = `#!/bin/sh
place() { case $1 in s3://*) printf '%s' "$FAKE/\${1#s3://}" ;; *) printf '%s' "$1" ;; esac; }
case "$1 $2" in
  's3 cp') mkdir -p "$(dirname "$(place "$5")")" && cp "$(place "$4")" "$(place "$5")" ;;
  'kms generate-data-key') printf 'cGxhaW4=\\t%s\\n' "$(printf '%s' "$8" | base64)" ;;
  'kms decrypt') [ "$(cat "\${4#fileb://}")" = "$6" ] && echo cGxhaW4= ;;
  *) exit 1 ;;
esac
`;

const logged = '#!/bin/sh\necho "$(basename "$0") $*" >>"$FAKE/log"\n';

export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/** A host as kubeadm lays it out, below a folder, with one process of its own that is named etcd. */
export class AHost {
  readonly root = mkdtempSync(join(tmpdir(), 'host-'));
  readonly manifest = this.path('etc/kubernetes/manifests/etcd.yaml');
  readonly aside = this.path('etc/kubernetes/etcd.yaml.quorum-drills');
  readonly data = this.path('var/lib/etcd');
  readonly #processes: ChildProcess[] = [];

  constructor() {
    this.write('etc/kubernetes/manifests/etcd.yaml', 'kind: Pod\n');
    this.write('var/lib/etcd/member/snap/db', 'old data');
    this.write('proc/keep', '');
    for (const [name, script] of Object.entries({ etcdctl, aws, 'systemd-run': logged, systemctl: logged })) {
      this.write(`bin/${name}`, script);
      chmodSync(this.path(`bin/${name}`), 0o755);
    }
    copyFileSync(spawnSync('sh', ['-c', 'command -v bash'], { encoding: 'utf8' }).stdout.trim(), this.path('bin/etcd'));
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '';
  }

  /** Starts a process that this host alone sees; answers with how to tell whether it lives. */
  async startEtcd(...flags: string[]): Promise<ChildProcess> {
    const process = spawn(this.path('bin/etcd'), ['-c', 'read _', 'etcd', ...flags], { stdio: ['pipe', 'ignore', 'ignore'] });
    this.#processes.push(process);
    await new Promise((resolve, reject) => process.once('spawn', () => resolve(null)).once('error', reject));
    symlinkSync(`/proc/${process.pid}`, this.path(`proc/${process.pid}`));
    return process;
  }

  /** Runs the script of a command document as the agent of an instance does; not at once, so that whatever it kills is waited for. */
  async run(
    document: object,
    instance: string,
    parameters: { [name: string]: string } = {},
    env: { [name: string]: string } = {},
  ): Promise<Said> {
    const script = spawn('sh', ['-c', scriptOf(document, parameters)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${this.path('bin')}:/usr/bin:/bin`, HOST_ROOT: this.root, FAKE: this.root, AWS_SSM_INSTANCE_ID: instance, ...env },
    });
    const [stdout, stderr, code] = await Promise.all([
      text(script.stdout),
      text(script.stderr),
      new Promise<number>((resolve) => script.once('close', (status) => resolve(status ?? -1))),
    ]);
    return { code, stdout, stderr };
  }

  close(): void {
    for (const process of this.#processes) process.kill('SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The script of a command document, its parameters filled in as Systems Manager does. */
export function scriptOf(document: object, parameters: { [name: string]: string } = {}): string {
  const { mainSteps } = document as { mainSteps: { inputs: { runCommand: string[] } }[] };
  const script = mainSteps[0]?.inputs.runCommand.join('\n') ?? '';
  return script.replace(/\{\{ (\w+) \}\}/g, (whole, name: string) => parameters[name] ?? whole);
}
