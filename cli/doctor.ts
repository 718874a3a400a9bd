import { examine } from '../lab/examine.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';

/** `drill doctor`: one line for each thing a run needs; 3 when something is missing. */
export async function doctor(out: Output): Promise<number> {
  const findings = await examine();
  const width = Math.max(...findings.map(({ what }) => what.length));
  const text = findings.map(({ ok, what, got }) => `${ok ? 'ok     ' : 'missing'}  ${what.padEnd(width)}  ${got}`).join('\n');
  await print(out.json ? JSON.stringify(findings, null, 2) : text);
  return findings.every(({ ok }) => ok) ? exit.pass : exit.refused;
}
