import { collect } from './collect.ts';
import { grade } from './grade.ts';
import { haltRun } from './halt.ts';
import { heal } from './heal.ts';
import { readback } from './readback.ts';
import { release } from './release.ts';
import { drillOf } from './row.ts';
import { reason, type TaskInput } from './task.ts';
import type { RunRow, Tools } from './tools.ts';

/** What the sweeper did about a run. */
export interface Swept {
  run: string;
  did: 'left' | 'healed' | 'released';
  why: string;
}

type Due = { what: 'leave' | 'heal' | 'finish'; why: string };

/** Heals, grades and releases what executions left behind: rows whose execution is gone, or that are past their deadline. Safe to repeat. */
export const sweep = (tools: Tools) => async (): Promise<{ swept: Swept[] }> => {
  const swept: Swept[] = [];
  for (const row of await tools.runs.unreleased()) {
    const due = await dueOf(tools, row);
    swept.push(await handle(tools, row, due).catch((error: unknown) => ({ run: row.run, did: 'left' as const, why: reason(error) })));
  }
  return { swept };
};

/** A running execution finishes its own run: past its deadline it is only healed, unless it has outlived its lease. Doubt counts as running. */
async function dueOf(tools: Tools, row: RunRow): Promise<Due> {
  const now = tools.clock.now();
  const running = await tools.executionRunning(row.execution).catch(() => true);
  if (!running) return { what: 'finish', why: `execution ${row.execution} is not running` };
  if (now >= row.expires_at) return { what: 'finish', why: 'the lease has expired' };
  if (now >= row.heal_deadline_at) return { what: 'heal', why: 'the healing deadline has passed' };
  return { what: 'leave', why: 'its execution is running' };
}

async function handle(tools: Tools, row: RunRow, due: Due): Promise<Swept> {
  if (due.what === 'leave') return { run: row.run, did: 'left', why: due.why };
  await haltRun(tools, row.run, 'error', `the sweeper took over: ${due.why}`);
  await healAfresh(tools, row);
  if (due.what === 'heal') return { run: row.run, did: 'healed', why: due.why };
  const healed = (await tools.runs.read(row.run))?.heal?.healed === true;
  const troubles = [
    healed ? await troubleOf(() => readback(tools)({ run: row.run })) : null,
    await troubleOf(() => untilDone(tools, row, collect(tools))),
    await troubleOf(() => grade(tools)({ run: row.run })),
  ].filter((each) => each !== null);
  const { outcome, why } = await release(tools)({ run: row.run });
  const text = [`${outcome}: ${why}`, ...troubles].join('; ');
  await tools.notices.publish({ run: row.run, drill: row.drill, kind: 'swept', text }).catch(() => undefined);
  return { run: row.run, did: 'released', why: `${due.why}; ${text}` };
}

/** The same handler as the workflow's, called again until it has an end; healing that began long ago gets its whole span again. */
async function healAfresh(tools: Tools, row: RunRow): Promise<void> {
  const now = tools.clock.now();
  await tools.runs.change(row.run, (own) =>
    own.heal === null || own.heal.ended_at !== null ? null : { ...own, heal: { ...own.heal, started_at: now } },
  );
  await untilDone(tools, row, heal(tools));
}

async function untilDone(tools: Tools, row: RunRow, again: (input: TaskInput) => Promise<{ status: string }>): Promise<void> {
  while ((await again({ run: row.run })).status === 'wait') await tools.clock.sleep(drillOf(tools, row).window.poll_s * 1000);
}

/** Evidence that cannot be had must not keep the store locked: says what went wrong instead of throwing it. */
async function troubleOf(work: () => Promise<unknown>): Promise<string | null> {
  return work().then(
    () => null,
    (error: unknown) => reason(error),
  );
}
