// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Performs the calls of a workload on a store without a board around it.
 *
 * NON-TOCK: tests. The values are computed here, apart from the app `authenticator`, so that each checks the
 * other.
 */
import type { WorkloadCall, WorkloadUpdate } from '#apps/workload';
import type { Result } from '#kernel/result';
import { Ok } from '#kernel/result';
import type { Steps } from '#libraries/store/storage';
import type { Store, StoreError, Update } from '#libraries/persistent-store/store';

/** The bytes of the `n`-th value (from 0) written under a key: an xorshift32 stream, its top byte each. */
export function payload(key: number, n: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let x = ((key << 16) ^ n) + 1;
  for (let index = 0; index < size; index++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[index] = x >>> 24;
  }
  return bytes;
}

/** The values of a workload in order: counts how many each key had. */
export class Payloads {
  private readonly written = new Map<number, number>();

  next(key: number, size: number): Uint8Array {
    const n = this.written.get(key) ?? 0;
    this.written.set(key, n + 1);
    return payload(key, n, size);
  }
}

/** Performs a call on a store, values by `payloads`; a `boot` line opens this same store again. */
export function* perform(
  store: Store,
  call: WorkloadCall,
  payloads: Payloads,
): Steps<Result<void, StoreError>> {
  switch (call.op) {
    case 'boot':
      return yield* store.boot();
    case 'insert':
      return yield* store.insert(call.key, payloads.next(call.key, call.size));
    case 'remove':
      return yield* store.remove(call.key);
    case 'find': {
      const found = yield* store.find(call.key);
      return found.ok ? Ok() : found;
    }
    case 'clear':
      return yield* store.clear(call.key);
    case 'transaction':
      return yield* store.transaction(call.updates.map((update) => fill(update, payloads)));
    case 'prepare':
      return yield* store.prepare(call.words);
    case 'iterate':
      return yield* walk(store, call.from ?? 0, call.to ?? 0);
  }
}

function fill(update: WorkloadUpdate, payloads: Payloads): Update {
  if (update.op === 'remove') return update;
  return { op: 'insert', key: update.key, value: payloads.next(update.key, update.size) };
}

function* walk(store: Store, from: number, to: number): Steps<Result<void, StoreError>> {
  const handles = store.handles();
  if (!handles.ok) return handles;
  for (const handle of handles.value) {
    if (handle.key < from || handle.key >= to) continue;
    const value = yield* store.value(handle);
    if (!value.ok) return value;
  }
  return Ok();
}
