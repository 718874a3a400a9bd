import type { Drill } from '../core/drill.ts';
import { BadInput } from '../core/errors.ts';
import { drills } from '../drills/index.ts';

/** The drill of that exact name; BadInput names the nearest ones. */
export function drillNamed(name: string): Drill {
  const found = drills.find((drill) => drill.name === name);
  if (found) return found;
  const printable = JSON.stringify(name.slice(0, 80));
  const words = name.split('-');
  const near = drills.map((drill) => drill.name).filter((known) => words.some((word) => word.length > 3 && known.includes(word)));
  throw new BadInput(
    'drill',
    printable,
    near.length > 0 ? `one such as ${near.slice(0, 3).join(', ')}` : 'a known name',
    'run `drill list` for all of them',
  );
}
