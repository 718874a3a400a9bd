import type { Drill } from '../core/drill.ts';
import { type MappedStore, renderMap, ruleOf } from '../report/map.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';
import { type Place, type PlaceOptions, placeOf } from './place.ts';

/** `drill map`: every configured store with its arithmetic, the drills that cover it and their last letter. Reads only. */
export async function map(options: PlaceOptions, out: Output): Promise<number> {
  const place = await placeOf(options);
  const last = await place.lastReports();
  const names = [...new Set(place.drills.map((drill) => place.store(drill)))];
  const stores = await Promise.all(names.map((name) => mapped(name, place, last)));
  if (out.json) {
    const each = stores.map((store) => ({ ...store, rule: store.topology === null ? null : ruleOf(store.topology) }));
    await print(JSON.stringify(each, null, 2));
  } else await print(renderMap(stores, out));
  return exit.pass;
}

async function mapped(name: string, place: Place, last: Awaited<ReturnType<Place['lastReports']>>): Promise<MappedStore> {
  const covering = place.drills.filter((drill) => place.store(drill) === name);
  const [first] = covering as [Drill, ...Drill[]];
  const { topology, refusals } = await place.prospect(first);
  const drills = covering.map((drill) => {
    const report = last.get(drill.name);
    return { name: drill.name, last: report === undefined ? null : brief(report) };
  });
  return { name, kind: first.store, topology, why: refusals.join('; '), drills };
}

function brief({ run, grade, outcome, ended_at }: NonNullable<MappedStore['drills'][number]['last']>) {
  return { run, grade, outcome, ended_at };
}
