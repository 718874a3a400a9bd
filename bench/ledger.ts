import { LaneLedger } from '../core/ledger.ts';

const LIMIT_BYTES = 64 * 1024 * 1024;
/** In flight at once: outcomes come in a scrambled order within this many numbers. */
const SCRAMBLE = 1_024;
/** One in so many is lost, failed or in doubt, so that no page of the ledger is all of one kind. */
const LOST_EVERY = 100_003;
const FAILED_EVERY = 10_007;
const DOUBT_EVERY = 30_011;

/** Numbers in blocks, each in an order that visits every one once (an odd stride modulo a power of two). */
function eachScrambled(writes: number, visit: (n: number) => void): void {
  for (let block = 0; block < writes; block += SCRAMBLE) {
    for (let i = 0; i < SCRAMBLE; i += 1) {
      const n = block + ((i * 389) % SCRAMBLE);
      if (n < writes) visit(n);
    }
  }
}

function timed<T>(work: () => T): { result: T; seconds: number } {
  const from = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - from) / 1_000 };
}

/** 30 million writes with failures, doubts and losses all over them. */
function scattered() {
  const writes = 30_000_000;
  const outcomeOf = (n: number) => (n % FAILED_EVERY === 1 ? 'failed' : n % DOUBT_EVERY === 2 ? 'indeterminate' : 'ok');
  const isPresent = (n: number) => outcomeOf(n) !== 'failed' && n % LOST_EVERY !== 3;
  const ledger = new LaneLedger();
  const marked = timed(() => eachScrambled(writes, (n) => ledger.mark(n, outcomeOf(n))));
  const read = timed(() => {
    for (let n = 0; n < writes; n += 1) if (isPresent(n)) ledger.read(n);
  });
  const checked = timed(() => ledger.compare());
  const written = timed(() => ledger.outcomes().length + ledger.present().length);
  let wanted_lost = 0;
  for (let n = 3; n < writes; n += LOST_EVERY) if (outcomeOf(n) === 'ok') wanted_lost += 1;
  const rate = (seconds: number) => Math.round(writes / seconds / 1e5) / 10;
  return {
    writes,
    mark_millions_a_second: rate(marked.seconds),
    read_back_millions_a_second: rate(read.seconds),
    compare_millions_a_second: rate(checked.seconds),
    run_lengths_millions_a_second: rate(written.seconds),
    run_lengths_bytes: written.result,
    ledger_bytes: ledger.bytes(),
    lost: checked.result.lost,
    lost_wanted: wanted_lost,
    ok: checked.result.lost === wanted_lost && ledger.bytes() <= LIMIT_BYTES,
  };
}

/** 100 million writes with one loss, one duplicate and one pair out of order, each of which must be named. */
function planted() {
  const writes = 100_000_000;
  const lost = 71_234_567;
  const duplicate = 12_345_678;
  const early = 55_555_555;
  const ledger = new LaneLedger();
  const marked = timed(() => eachScrambled(writes, (n) => ledger.mark(n, 'ok')));
  const marked_bytes = ledger.bytes();
  const read = timed(() => {
    for (let n = 0; n < writes; n += 1) {
      if (n === lost) continue;
      // Its successor overtakes it.
      if (n === early) ledger.read(++n);
      ledger.read(n === early + 1 && ledger.first_reordered.length === 0 ? early : n);
      if (n === duplicate) ledger.read(n);
    }
  });
  const named = { lost: ledger.lostRanges(10), duplicated: ledger.first_duplicated, reordered: ledger.first_reordered };
  const wanted = { lost: [[lost, lost]], duplicated: [duplicate], reordered: [early] };
  const counts = ledger.compare();
  const exact = JSON.stringify(named) === JSON.stringify(wanted);
  const counted = counts.lost === 1 && counts.acked === writes && ledger.duplicated === 1 && ledger.reordered === 1;
  return {
    writes,
    seconds: Math.round((marked.seconds + read.seconds) * 10) / 10,
    ledger_bytes: Math.max(marked_bytes, ledger.bytes()),
    named,
    ok: exact && counted && ledger.bytes() <= LIMIT_BYTES,
  };
}

const many = scattered();
const few = planted();
const ok = many.ok && few.ok;
const peak_rss_bytes = process.resourceUsage().maxRSS * 1_024;
console.log(JSON.stringify({ bench: 'ledger', ledger_limit_bytes: LIMIT_BYTES, peak_rss_bytes, ok, scattered: many, planted: few }));

const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
console.log(`
| step, ${many.writes / 1e6} million writes, failures, doubts and losses all over them | million a second |
|---|---|
| mark outcomes, out of order | ${many.mark_millions_a_second} |
| mark what was read back | ${many.read_back_millions_a_second} |
| compare | ${many.compare_millions_a_second} |
| write as run lengths (${mib(many.run_lengths_bytes)}) | ${many.run_lengths_millions_a_second} |

ledger ${mib(many.ledger_bytes)} of ${mib(LIMIT_BYTES)}, lost ${many.lost} of ${many.lost_wanted} put in
${few.writes / 1e6} million writes in ${few.seconds} s, ledger ${mib(few.ledger_bytes)}: lost ${few.named.lost.join(' ')}, twice ${few.named.duplicated.join(' ')}, out of order ${few.named.reordered.join(' ')}
peak resident memory ${mib(peak_rss_bytes)}: ${ok ? 'ok' : 'NOT OK'}`);
process.exitCode = ok ? 0 : 1;
