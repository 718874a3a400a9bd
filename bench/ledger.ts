import { LaneLedger } from '../core/ledger.ts';

const WRITES = 30_000_000;
const LIMIT_BYTES = 64 * 1024 * 1024;
/** In flight at once: outcomes come in a scrambled order within this many numbers. */
const SCRAMBLE = 1_024;
/** One in so many is lost, failed or in doubt, so that the run lengths are not one long run. */
const LOST_EVERY = 100_003;
const FAILED_EVERY = 10_007;
const DOUBT_EVERY = 30_011;

const outcomeOf = (n: number) => (n % FAILED_EVERY === 1 ? 'failed' : n % DOUBT_EVERY === 2 ? 'indeterminate' : 'ok');
const isPresent = (n: number) => outcomeOf(n) !== 'failed' && n % LOST_EVERY !== 3;

/** Numbers in blocks, each in an order that visits every one once (an odd stride modulo a power of two). */
function eachScrambled(visit: (n: number) => void): void {
  for (let block = 0; block < WRITES; block += SCRAMBLE) {
    for (let i = 0; i < SCRAMBLE; i += 1) {
      const n = block + ((i * 389) % SCRAMBLE);
      if (n < WRITES) visit(n);
    }
  }
}

function timed<T>(work: () => T): { result: T; seconds: number } {
  const from = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - from) / 1_000 };
}

const ledger = new LaneLedger();
const marked = timed(() => eachScrambled((n) => ledger.mark(n, outcomeOf(n))));
const read = timed(() => {
  for (let n = 0; n < WRITES; n += 1) if (isPresent(n)) ledger.read(n);
});
const checked = timed(() => ledger.compare());
const written = timed(() => ledger.outcomes().length + ledger.present().length);

let wanted_lost = 0;
for (let n = 3; n < WRITES; n += LOST_EVERY) if (outcomeOf(n) === 'ok') wanted_lost += 1;
const found = checked.result.lost === wanted_lost;
const fits = ledger.bytes() <= LIMIT_BYTES;
const rate = (seconds: number) => Math.round(WRITES / seconds / 1e5) / 10;
const figures = {
  bench: 'ledger',
  writes: WRITES,
  mark_millions_a_second: rate(marked.seconds),
  read_back_millions_a_second: rate(read.seconds),
  compare_millions_a_second: rate(checked.seconds),
  run_lengths_millions_a_second: rate(written.seconds),
  run_lengths_bytes: written.result,
  ledger_bytes: ledger.bytes(),
  ledger_limit_bytes: LIMIT_BYTES,
  peak_rss_bytes: process.resourceUsage().maxRSS * 1_024,
  lost: checked.result.lost,
  lost_wanted: wanted_lost,
  ok: found && fits,
};

const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
console.log(JSON.stringify(figures));
console.log(`
| step, ${WRITES / 1e6} million writes | million a second |
|---|---|
| mark outcomes, out of order | ${figures.mark_millions_a_second} |
| mark what was read back | ${figures.read_back_millions_a_second} |
| compare | ${figures.compare_millions_a_second} |
| write as run lengths (${mib(written.result)}) | ${figures.run_lengths_millions_a_second} |

ledger ${mib(figures.ledger_bytes)} of ${mib(LIMIT_BYTES)}, peak resident memory ${mib(figures.peak_rss_bytes)}, lost ${figures.lost} of ${wanted_lost} put in: ${figures.ok ? 'ok' : 'NOT OK'}`);
process.exitCode = figures.ok ? 0 : 1;
