/** The only source of time; `now` is epoch milliseconds and never goes back within a process. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Calls `fire` once after `ms` and returns what cancels it. Without it a sleep that nobody waits for any more runs to its end. */
  timer?(ms: number, fire: () => void): () => void;
}
