/** The only source of time; `now` is epoch milliseconds and never goes back within a process. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}
