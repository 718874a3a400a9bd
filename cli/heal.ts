import { BadInput } from '../core/errors.ts';
import { clearLabStore } from '../lab/crashed.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';

/** `drill heal STORE --confirm`: reaps what killed programs left and lifts the quarantine; 3 while the store is in use. */
export async function heal(store: string, options: { confirm?: boolean }, out: Output): Promise<number> {
  if (!options.confirm)
    throw new BadInput(
      'drill heal',
      'no --confirm',
      'your word that the store is healthy',
      `look at it first, then run \`drill heal ${store} --confirm\``,
    );
  const { done, why } = await clearLabStore(store, (text) => process.stderr.write(`${text}\n`));
  await print(out.json ? JSON.stringify({ store, done, why }) : `${store}: ${why}`);
  return done ? exit.pass : exit.refused;
}
