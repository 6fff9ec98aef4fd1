// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which operation of the persistent store breaks the error-correcting code of a flash word.
 *
 * NON-TOCK: part of the demonstration. The store writes words of 4 bytes and marks entries deleted in
 * place; Earl Grey's code covers 8 bytes and takes one program.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { PersistentStore } from '#apps/libtock/persistent-store';
import type { Userspace } from '#apps/libtock/userspace';
import { boot } from '#boards/earlgrey/main';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { assert } from '#kernel/assert';
import type { Result } from '#kernel/result';
import { columns } from '../report/columns.ts';

type Operation = (store: PersistentStore) => Userspace<Result<unknown, number>>;

const VALUE = Uint8Array.of(1, 2, 3, 4);
const EMPTY = new Uint8Array(0);

/** Operations after the first boot, each on a fresh flash: those that go before it, then the one looked at. */
const ROWS: readonly (readonly [name: string, ...operations: Operation[]])[] = [
  ['first boot'],
  ['insert of no bytes: one word', (store) => store.insert(1, EMPTY)],
  [
    'another one, in the other half',
    (store) => store.insert(1, EMPTY),
    (store) => store.insert(2, EMPTY),
  ],
  ['insert of 4 bytes: two writes', (store) => store.insert(1, VALUE)],
  ['remove: the entry is marked', (store) => store.insert(1, EMPTY), (store) => store.remove(1)],
];

/** What one operation did. */
export interface EccRow {
  readonly operation: string;
  /** Flash words whose code does not fit their bits afterwards. */
  readonly broken: number;
}

/** Runs each operation on a board with the code forced on. */
export function eccRows(): readonly EccRow[] {
  return ROWS.map(([operation, ...operations]) => {
    const board = boot({ ecc: 'force' });
    board.load({ name: 'ecc', main: (tock) => perform(tock, operations) });
    board.run();
    return { operation, broken: brokenWords(board.flash) };
  });
}

/** A table of them. */
export function eccTable(): string {
  return columns([
    ['operation of the store, ECC on', 'flash words broken'],
    ...eccRows().map(({ operation, broken }) => [operation, broken]),
  ]);
}

function* perform(tock: Libtock, operations: readonly Operation[]): Userspace<number> {
  yield* tock.persistentStore.capacity();
  for (const operation of operations) yield* operation(tock.persistentStore);
  return 0;
}

/** Flash words whose check bits do not fit what they hold. */
export function brokenWords({ ecc, words }: NorFlash): number {
  assert(ecc !== undefined, 'the part has no error-correcting code');
  let broken = 0;
  for (let word = 0; word < words.length; word += 2) {
    if (!ecc.fits(word / 2, words[word] ?? 0, words[word + 1] ?? 0)) broken++;
  }
  return broken;
}
