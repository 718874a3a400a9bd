import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { extname, join } from 'node:path';
import type { Drill } from '../core/drill.ts';
import type { Probe, WatchOrder } from '../lambdas/tools.ts';
import type { Beat, SegmentResult } from '../probe/contract.ts';
import { driverFor } from '../probe/driver.ts';
import type { FromWitness, ToWitness } from '../probe/messages.ts';
import { type Endpoints, protocolOf, segmentFor, serviceUrl } from '../probe/targets.ts';
import { type Identity, identify, signal } from './process.ts';

/** The witness's program, TypeScript here and JavaScript in the published package. */
const probeMain = new URL(`../probe/main${extname(import.meta.url)}`, import.meta.url);

export interface LabProbeSettings {
  endpoints: Endpoints;
  /** Added to the machine's monotonic clock in every process, so that all share one time axis. */
  epoch_offset_ms: number;
  /** Folder for the witnesses' own output. */
  logs: string;
  /** Told of every process started, so that the next start can reap it. */
  started(process: Identity): Promise<void>;
}

/** The lab's probe: each witness segment is a process of its own, told what to do over its channel. */
export class LabProbe implements Probe {
  readonly #settings: LabProbeSettings;
  readonly #live = new Set<ChildProcess>();

  constructor(settings: LabProbeSettings) {
    this.#settings = settings;
  }

  async watch(order: WatchOrder, link: Parameters<Probe['watch']>[1]): Promise<SegmentResult> {
    const child = fork(probeMain, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    const log = createWriteStream(join(this.#settings.logs, `witness-${order.witness}-${order.segment}.log`));
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.#live.add(child);
    try {
      const who = child.pid === undefined ? null : await identify(child.pid);
      if (who) await this.#settings.started(who);
      return await this.#converse(child, order, link);
    } finally {
      this.#live.delete(child);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      log.end();
    }
  }

  async readback(run: string, drill: Drill, lanes: { lane: string; count: number }[]): ReturnType<Probe['readback']> {
    const { endpoints } = this.#settings;
    const driver = await driverFor(protocolOf(drill, endpoints), run);
    return driver.readback(serviceUrl(endpoints), run, lanes);
  }

  /** Stops every live witness (SIGSTOP) and lets it go on after so long: nobody watches meanwhile. */
  blind(for_s: number): void {
    const pids = [...this.#live].flatMap((child) => (child.pid === undefined ? [] : [child.pid]));
    for (const pid of pids) signal(pid, 'SIGSTOP');
    setTimeout(() => {
      for (const pid of pids) signal(pid, 'SIGCONT');
    }, for_s * 1000);
  }

  /** SIGKILLs every live witness. */
  kill(): void {
    for (const child of this.#live) child.kill('SIGKILL');
  }

  #converse(child: ChildProcess, order: WatchOrder, link: Parameters<Probe['watch']>[1]): Promise<SegmentResult> {
    const tell = (message: ToWitness): void => {
      if (child.connected) child.send(message);
    };
    return new Promise((resolve, reject) => {
      const beat = async (beat: Beat): Promise<void> => tell({ kind: (await link.beat(beat)).stop ? 'stop' : 'go' });
      child.on('message', (message: FromWitness) => {
        switch (message.kind) {
          case 'beat':
            // A beat that could not be written is not answered; the witness ends at its deadline.
            beat(message.beat).catch(() => undefined);
            break;
          case 'checkpoint':
            link.checkpoint(message.result).catch(() => undefined);
            break;
          case 'result':
            resolve(message.result);
            break;
          case 'error':
            reject(new Error(`witness ${order.witness}: ${message.message}`));
            break;
        }
      });
      child.once('error', reject);
      child.once('exit', (code, by) => reject(new Error(`witness ${order.witness} died: ${by ?? `exit code ${code}`}`)));
      tell({ kind: 'segment', segment: segmentFor(order, this.#settings.endpoints), epoch_offset_ms: this.#settings.epoch_offset_ms });
    });
  }
}
