// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What stays readable in flash of values that were replaced or deleted.
 *
 * NON-TOCK: see `lab/studies/stores-cuts.ts`.
 */
import type { MapDefinition } from '#libraries/store/definition';
import { StoreBench, apply, rest, type Site } from './bench.ts';
import { chance, valueOf } from './loads.ts';

/** Values that are put first; each is replaced, then every second deleted. */
const SECRETS = 32;
const SECRET_BYTES = 16;
const LATER_UPDATES = 500;
/** Pieces of idle work, at most. */
const MOST_PIECES = 64;

/** Values that nobody should find any more. */
export const GONE = SECRETS + SECRETS / 2;

/** How many of them stand whole in flash: at once, after all idle work, and after many more updates. */
export interface Readable {
  readonly atOnce: number;
  readonly afterIdle: number;
  readonly later: number;
}

/** Counts them. */
export function readableSecrets(definition: MapDefinition, site: Site): Readable {
  const bench = new StoreBench(site, (flash) => definition.open(flash));
  const random = chance();
  const gone: Buffer[] = [];
  const put = (key: number): Buffer => {
    const value = valueOf(random, SECRET_BYTES);
    apply(bench, [{ key, value }]);
    return Buffer.from(value);
  };
  for (let key = 0; key < SECRETS; key++) gone.push(put(key));
  for (let key = 0; key < SECRETS; key++) {
    const value = put(key);
    if (key % 2 === 0) gone.push(value);
  }
  for (let key = 0; key < SECRETS; key += 2) apply(bench, [{ key }]);
  const count = (): number => {
    const image = Buffer.from(bench.flash.cells.image);
    return gone.filter((value) => image.includes(value)).length;
  };
  const atOnce = count();
  rest(bench.store, MOST_PIECES);
  const afterIdle = count();
  for (let update = 0; update < LATER_UPDATES; update++) put(SECRETS + (update % 8));
  return { atOnce, afterIdle, later: count() };
}
