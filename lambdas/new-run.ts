import type { Lease, NewRun, RunRow } from './tools.ts';

/** Why a lease cannot be had and what to do, or null. Expiry alone frees none: the claimer must also know that its holder is gone. */
export function keptBecause({ store, state, run, why, expires_at }: Lease): string | null {
  if (state === 'free') return null;
  if (state === 'quarantined')
    return `${store} is quarantined since ${run ?? 'a run'} (${why}); look at it, then run \`drill heal ${store} --confirm\``;
  return `${store} is held by ${run ?? 'a run'} until ${new Date(expires_at).toISOString()}; wait until it has ended`;
}

/** Why a run may not have the lease it wants, or null; a held one is handed over only past its expiry and with the word that its holder is gone. */
export function refusedBecause(run: NewRun, lease: Lease | undefined): string | null {
  const gone = run.takeover && lease?.state === 'held' && lease.expires_at <= run.claimed_at;
  return lease === undefined || gone ? null : keptBecause(lease);
}

/** The row of a run that has just claimed its store. */
export function newRow(run: NewRun, fence: number): RunRow {
  const { slot: _slot, takeover: _takeover, ...own } = run;
  return {
    ...own,
    fence,
    version: 1,
    phase: 'claimed',
    steps: [],
    halt: null,
    beats: { even: null, odd: null },
    segments: [],
    admission: [],
    events: [{ at: run.claimed_at, what: 'claimed', text: `${run.store}, fence ${fence}` }],
    margins: [],
    topology: null,
    outcome: null,
    heal: null,
    keys: { readback: null, record: null, report: null },
    released: null,
  };
}
