import type { Drill } from '../core/drill.ts';
import { BadInput } from '../core/errors.ts';
import { drills } from '../drills/index.ts';

/** The drill of that exact name; BadInput names the nearest ones. */
export function drillNamed(name: string, among: Drill[] = drills): Drill {
  const found = among.find((drill) => drill.name === name);
  if (found) return found;
  const printable = JSON.stringify(name.slice(0, 80));
  const words = name.split('-');
  const near = among.map((drill) => drill.name).filter((known) => words.some((word) => word.length > 3 && known.includes(word)));
  const elsewhere = among !== drills && drills.some((drill) => drill.name === name);
  throw new BadInput(
    'drill',
    elsewhere ? `${printable}, which this suite does not have` : printable,
    near.length > 0 ? `one such as ${near.slice(0, 3).join(', ')}` : 'a known name',
    among === drills ? 'run `drill list` for all of them' : `it has ${among.map((drill) => drill.name).join(', ')}`,
  );
}
