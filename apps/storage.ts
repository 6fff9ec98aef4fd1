// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Writes a pattern to the non-volatile storage, reads it back, and says whether it is the same.
 *
 * NON-TOCK: after libtock-c's `examples/tests/nonvolatile_storage`.
 */
import type { Buffer } from './libtock/buffer.ts';
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

/** What a harness may ask for. */
export interface StorageArgs {
  /** First byte to write; default 0. */
  readonly offset?: number;
  /** Bytes to write, fewer if the storage ends before; default 1200. */
  readonly length?: number;
  /** Makes one pattern differ from another, 0 to 255; default 1. */
  readonly seed?: number;
}

const LENGTH = 1200;

/** 0: what was read is what was written. 1: it is not, or the driver refused or failed. */
export function* main(tock: Libtock): Userspace<number> {
  const { offset = 0, length = LENGTH, seed = 1 } = (tock.args ?? {}) as StorageArgs;
  const size = yield* tock.nonvolatileStorage.size();
  if (!size.ok) return yield* failed(tock, 'size', size.error);
  yield* tock.console.print(`storage of ${size.value} bytes\n`);

  const count = Math.max(0, Math.min(length, size.value - offset));
  const pattern = Uint8Array.from({ length: count }, (_, index) => (index * 7 + seed) & 0xff);
  const written = yield* tock.bufferOf(pattern);
  const wrote = yield* tock.nonvolatileStorage.writeAll(offset, written);
  if (!wrote.ok) return yield* failed(tock, 'write', wrote.error);
  yield* tock.console.print(`wrote ${count} bytes at ${offset} in ${operations(wrote.value)}\n`);

  const read = yield* tock.bufferOf(new Uint8Array(count));
  const got = yield* tock.nonvolatileStorage.readAll(offset, read);
  if (!got.ok) return yield* failed(tock, 'read', got.error);
  yield* tock.console.print(`read ${count} bytes in ${operations(got.value)}\n`);
  return yield* compare(tock, written, read);
}

function* compare(tock: Libtock, written: Buffer, read: Buffer): Userspace<number> {
  const differs = written.bytes.findIndex((byte, index) => byte !== read.bytes[index]);
  if (differs === -1) {
    yield* tock.console.print('the same\n');
    return 0;
  }
  const was = written.bytes[differs] ?? 0;
  const is = read.bytes[differs] ?? 0;
  yield* tock.console.print(`byte ${differs} differs: wrote ${was}, read ${is}\n`);
  return 1;
}

function* failed(tock: Libtock, what: string, error: number): Userspace<number> {
  yield* tock.console.print(`${what}: ${tock.errorName(error)}\n`);
  return 1;
}

const operations = (count: number): string =>
  count === 1 ? 'one operation' : `${count} operations`;
