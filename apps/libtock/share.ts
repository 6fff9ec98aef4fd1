// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Share scopes: what is lent inside a scope is taken back at its end, exactly once.
 *
 * NON-TOCK: after libtock-rs's `share::scope`. It is taken back also when lending had failed, and when
 * the body throws.
 */
import type { Buffer } from './buffer.ts';
import type { Libtock, Swapped } from './libtock.ts';
import type { UpcallFunction, Userspace } from './userspace.ts';

/** Told when a call gave back what should not have been there. */
export interface ShareConfig {
  /** A subscribe found another upcall than none. */
  readonly returnedNonnullUpcall?: (driverNum: number, subscribeNum: number) => void;
  /** An allow found another buffer than none. */
  readonly returnedNonzeroBuffer?: (driverNum: number, allowNum: number) => void;
}

/** Lends for the length of a scope. */
export class ShareHandle {
  private readonly undo: (() => Userspace<unknown>)[] = [];

  constructor(
    private readonly tock: Libtock,
    private readonly config: ShareConfig,
  ) {}

  *subscribe(
    driverNum: number,
    subscribeNum: number,
    upcall: UpcallFunction,
    appdata = 0,
  ): Userspace<Swapped> {
    const { tock, config } = this;
    this.undo.push(() => tock.subscribe(driverNum, subscribeNum, null));
    const swapped = yield* tock.subscribe(driverNum, subscribeNum, upcall, appdata);
    if (swapped.ok && swapped.value[0] !== 0)
      config.returnedNonnullUpcall?.(driverNum, subscribeNum);
    return swapped;
  }

  *allowReadOnly(driverNum: number, allowNum: number, buffer: Buffer): Userspace<Swapped> {
    const { tock } = this;
    this.undo.push(() => tock.allowReadOnly(driverNum, allowNum, null));
    return this.checked(
      driverNum,
      allowNum,
      yield* tock.allowReadOnly(driverNum, allowNum, buffer),
    );
  }

  *allowReadWrite(driverNum: number, allowNum: number, buffer: Buffer): Userspace<Swapped> {
    const { tock } = this;
    this.undo.push(() => tock.allowReadWrite(driverNum, allowNum, null));
    return this.checked(
      driverNum,
      allowNum,
      yield* tock.allowReadWrite(driverNum, allowNum, buffer),
    );
  }

  private checked(driverNum: number, allowNum: number, swapped: Swapped): Swapped {
    if (swapped.ok && swapped.value[1] !== 0) {
      this.config.returnedNonzeroBuffer?.(driverNum, allowNum);
    }
    return swapped;
  }

  /** @internal Takes everything back, the last first. */
  *end(): Userspace {
    for (let undo = this.undo.pop(); undo !== undefined; undo = this.undo.pop()) yield* undo();
  }
}

/** Runs the body with a handle, and takes back what it lent. */
export function* scope<T>(
  tock: Libtock,
  body: (handle: ShareHandle) => Userspace<T>,
  config: ShareConfig = {},
): Userspace<T> {
  const handle = new ShareHandle(tock, config);
  try {
    return yield* body(handle);
  } finally {
    yield* handle.end();
  }
}
