import { BadInput } from '../core/errors.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';
import { type PlaceOptions, placeOf } from './place.ts';

/** `drill heal STORE --confirm`: undoes what a run left behind and lifts the quarantine; 3 while the store is in use or not healthy. */
export async function heal(store: string, options: PlaceOptions & { confirm?: boolean }, out: Output): Promise<number> {
  if (!options.confirm)
    throw new BadInput(
      'drill heal',
      'no --confirm',
      'your word that the store is healthy',
      `look at it first, then run \`drill heal ${store} --confirm\``,
    );
  const place = await placeOf(options);
  const { done, why } = await place.clear(store, (text) => process.stderr.write(`${text}\n`));
  await print(out.json ? JSON.stringify({ store, done, why }) : `${store}: ${why}`);
  return done ? exit.pass : exit.refused;
}
