import type { Drill } from '../core/drill.ts';
import type { StoreKind } from '../core/topology.ts';
import { drills, gameDay } from '../drills/index.ts';
import { type Output, print } from './output.ts';

/** `drill list [--store S]`: every drill, its store, what it breaks and how it must end. */
export async function list(store: StoreKind | undefined, out: Output): Promise<number> {
  const chosen = drills.filter((drill) => store === undefined || drill.store === store);
  if (out.json) {
    await print(JSON.stringify(chosen, null, 2));
    return 0;
  }
  const width = Math.max(...chosen.map((drill) => drill.name.length));
  const lines = chosen.map(
    (drill) =>
      `${gameDay.includes(drill.name) ? '*' : ' '} ${drill.name.padEnd(width)}  ${drill.store.padEnd(6)}  ${endingOf(drill).padEnd(15)}  ${drill.title}`,
  );
  await print(
    [...lines, '', '* in the default game day; `drill plan NAME` shows admission, blast radius and the expected interval'].join('\n'),
  );
  return 0;
}

function endingOf(drill: Drill): string {
  const end = drill.mustEnd;
  switch (end.outcome) {
    case 'pass':
      return drill.negative ? 'pass (negative)' : 'pass';
    case 'fail':
      return `must fail ${end.grade}`;
    default:
      return `must be ${end.outcome}`.replace('must be inconclusive', 'must be C');
  }
}
