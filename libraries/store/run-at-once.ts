// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs an operation of the store to its end on a flash that answers at once.
 *
 * NON-TOCK: takes the place of a blocking call.
 */
import { assert } from '#kernel/assert';
import type { FlashRequest, Steps, Storage } from './storage.ts';

/**
 * The result of an operation. The storage the store was made with may answer at once, or defer to the one given
 * here, which must answer each request; panics when a request finds no storage that does.
 */
export function runAtOnce<T>(steps: Steps<T>, storage?: Storage): T {
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next(storage === undefined ? unanswered() : perform(step.value, storage));
  }
  return step.value;
}

/** Performs one request on a storage that answers at once, and says whether the flash did it. */
export function perform(request: FlashRequest, storage: Storage): boolean {
  const { operation, page, byteOffset, bytes, length } = request;
  switch (operation) {
    case 'read': {
      const data = storage.read(page, byteOffset, length);
      if (data !== undefined) bytes.set(data);
      return data !== undefined;
    }
    case 'write':
      return storage.write(page, byteOffset, bytes, 0, length) ?? unanswered();
    case 'erase':
      return storage.erase(page) ?? unanswered();
  }
}

function unanswered(): boolean {
  assert(false, 'the storage deferred an access that had to be done at once');
  return false;
}
