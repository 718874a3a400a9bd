import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Record } from '../../core/record.ts';
import { parseRecordText } from '../../core/record-schema.ts';
import type { Check, Report } from '../../core/report.ts';
import { homeFolder } from '../../lab/home.ts';
import { drill } from '../cli/drill.ts';

export interface DrillRun {
  code: number | null;
  report: Report;
  record: Record;
  err: string;
}

/** A drill home of its own, so that what other programs do on this machine is not taken for what a drill left; engines are shared. */
export class DrillRuns {
  readonly home: string;
  readonly #out: string;

  private constructor(home: string, out: string) {
    this.home = home;
    this.#out = out;
  }

  static async make(): Promise<DrillRuns> {
    const home = await mkdtemp('/var/tmp/drill-home-');
    const engines = await homeFolder('engines');
    await mkdir(engines, { recursive: true });
    await symlink(engines, join(home, 'engines'));
    return new DrillRuns(home, await mkdtemp(join(tmpdir(), 'drill-lab-')));
  }

  /** Runs a drill as a user would; it must leave a record and a page. */
  async run(name: string): Promise<DrillRun> {
    const folder = join(this.#out, name);
    const said = await drill(['run', name, '--json', '--out', folder], { DRILL_HOME: this.home });
    expect(said.code, said.err).not.toBe(70);
    const record = parseRecordText(await readFile(join(folder, 'record.json'), 'utf8'));
    expect((await stat(join(folder, 'report.html'))).size).toBeGreaterThan(10_000);
    return { code: said.code, report: JSON.parse(said.out) as Report, record, err: said.err };
  }

  /** Runs a drill that must pass: under a real load nothing is lost, and no check is in doubt. */
  async passes(name: string): Promise<void> {
    const { code, report } = await this.run(name);
    expect({ code, verdict: report.verdict, as_expected: report.as_expected, lost: report.ledger?.lost }, report.why).toEqual({
      code: 0,
      verdict: 'pass',
      as_expected: true,
      lost: 0,
    });
    expect(report.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(report.ledger?.acked).toBeGreaterThan(500);
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
    await rm(this.#out, { recursive: true, force: true });
  }
}

export function check(report: Report, name: string): Check | undefined {
  return report.checks.find((one) => one.name === name);
}
