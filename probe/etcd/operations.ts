import { Register } from '../../core/register.ts';
import type { Attempt, Target } from '../contract.ts';
import type { GatewayRequest } from './connection.ts';
import { numberOf, put, range } from './keys.ts';
import type { KeyAt } from './outcome.ts';

/** What a lane does: `ask` is called at the moment in which the request is written. */
export interface Operation {
  ask(n: number, planned_at: number): Asked;
}

interface Asked {
  request: GatewayRequest;
  /** Called once with the keys of a success; what it adds to the attempt. */
  told(keys: KeyAt[]): Pick<Attempt, 'register'>;
}

/** So many numbers below the wanted one are asked for as well, so that a stale read tells how stale it is. */
const numbers_below = 8;
/** More than are in flight at a time. */
const most_keys = 1000;

/** The lanes of one witness share its register: the highest number that its service lane has written. */
export class Operations {
  #run: string;
  #written: string | null = null;
  #register = new Register();

  constructor(run: string) {
    this.#run = run;
  }

  of(lane: string, kind: Target['kind']): Operation {
    if (kind === 'read' || kind === 'serializable') return this.#reads(kind === 'serializable');
    // The numbers of two lanes are two registers; one is read.
    const compared = this.#written === null;
    this.#written ??= lane;
    return {
      ask: (n, planned_at) => ({
        request: put(this.#run, lane, n, planned_at),
        told: () => {
          if (compared) this.#register.known(n);
          return {};
        },
      }),
    };
  }

  #reads(serializable: boolean): Operation {
    return {
      ask: () => {
        const wanted = this.#register.least;
        const from = Math.max(0, (wanted ?? 0) - numbers_below);
        return {
          request: range({ run: this.#run, lane: this.#written ?? '', from, limit: most_keys, serializable }),
          told: (keys) => {
            const last = keys.at(-1);
            const got = last === undefined ? null : numberOf(last.key);
            if (got !== null && !serializable) this.#register.known(got);
            return { register: { wanted, got } };
          },
        };
      },
    };
  }
}
