// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Counts its own starts in the key-value store, and shows each of the store's answers.
 *
 * NON-TOCK: after libtock-c's `examples/tests/kv`.
 */
import type { Result } from '#kernel/result';
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

const KEY = 'starts';

/** Prints one line an operation; returns 1 when an answer is not the one that the store promises. */
export function* main(tock: Libtock): Userspace<number> {
  const before = yield* tock.kv.getText(KEY);
  if (!before.ok && before.error !== NOSUPPORT) return yield* report(tock, before, 'get');
  const starts = before.ok ? Number(before.value) + 1 : 1;
  const counted = yield* tock.kv.set(KEY, String(starts));
  if (!counted.ok) return yield* report(tock, counted, 'set');
  yield* tock.console.print(`start ${starts} of this flash\n`);
  return yield* answers(tock);
}

function* report(
  tock: Libtock,
  { error }: { readonly error: number },
  operation: string,
): Userspace<number> {
  yield* tock.console.print(`${operation}: ${tock.errorName(error)}\n`);
  return 1;
}

const SIZE = 7;
const NOSUPPORT = 10;

/** Each operation with the answer that it has to have. */
function* answers(tock: Libtock): Userspace<number> {
  const { kv } = tock;
  yield* kv.delete('colour');
  const rows: [string, Result<unknown, number>, number][] = [
    ['get of a missing key', yield* kv.get('colour'), NOSUPPORT],
    ['update of a missing key', yield* kv.update('colour', 'red'), NOSUPPORT],
    ['add', yield* kv.add('colour', 'red'), 0],
    ['add again', yield* kv.add('colour', 'blue'), NOSUPPORT],
    ['update', yield* kv.update('colour', 'blue'), 0],
    ['get', yield* kv.get('colour'), 0],
    ['set with a key of 65 bytes', yield* kv.set('k'.repeat(65), ''), SIZE],
    ['set with a value of 504 bytes', yield* kv.set('colour', 'v'.repeat(504)), SIZE],
    ['delete', yield* kv.delete('colour'), 0],
    ['delete again', yield* kv.delete('colour'), NOSUPPORT],
    ['garbage collection', yield* kv.garbageCollect(), 0],
  ];
  let wrong = 0;
  for (const [name, result, expected] of rows) {
    const error = result.ok ? 0 : result.error;
    const answer = error === 0 ? 'ok' : tock.errorName(error);
    yield* tock.console.print(`${name}: ${answer}\n`);
    if (error !== expected) wrong = 1;
  }
  return wrong;
}
