import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../core/report.ts';
import type { RunRow } from '../lambdas/tools.ts';
import { fileEvidence } from './evidence.ts';
import { folderOf } from './execution.ts';
import { drillHome } from './home.ts';
import { openRunsFile } from './runs-file.ts';

/** The report of the latest released run of each drill on this machine, as far as its files are still there. Makes nothing. */
export async function lastReports(): Promise<Map<string, Report>> {
  const path = join(drillHome(), 'state', 'runs.sqlite');
  if (!existsSync(path)) return new Map();
  const latest = new Map<string, Report>();
  for (const row of latestRows(path)) {
    const { report } = row.keys;
    const found = report === null ? undefined : await fileEvidence(join(folderOf(row.execution), 'evidence')).get(report);
    if (found !== undefined) latest.set(row.drill, found as Report);
  }
  return latest;
}

function latestRows(path: string): RunRow[] {
  const file = openRunsFile(path);
  try {
    const rows = file.prepare('SELECT row FROM runs WHERE released IS NOT NULL ORDER BY claimed_at').all();
    const latest = new Map(rows.map(({ row }) => JSON.parse(String(row)) as RunRow).map((row) => [row.drill, row]));
    return [...latest.values()];
  } finally {
    file.close();
  }
}
