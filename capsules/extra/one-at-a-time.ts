// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store's operations one at a time: the first one opens the store, a failure of the flash closes it.
 *
 * NON-TOCK: what capsules over stores in steps share; each of Tock's has its own state machine. A store that nobody uses
 * costs nothing, and one whose flash failed in the middle boots before it does anything else.
 */
import { assert } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import type { Steps } from '#libraries/store/storage';
import type { StoreFlash } from './store-flash.ts';

/** A store that has to be opened; `Fault` is how it says why something was not done. */
export interface OpenableStore<Fault> {
  readonly flash: StoreFlash;
  /** Makes it ready, again after a failure. */
  readonly boot: () => Steps<Result<void, Fault>>;
  /** Whether a fault leaves the store in doubt about its flash. */
  readonly closes: (fault: Fault) => boolean;
}

export class OneAtATime<Fault> {
  private running = false;
  private open = false;

  constructor(private readonly store: OpenableStore<Fault>) {}

  /** Whether an operation is under way: another must not be started. */
  get isBusy(): boolean {
    return this.running;
  }

  /** False before the first boot, and after the flash failed, until the next. */
  get isOpen(): boolean {
    return this.open;
  }

  /**
   * Runs an operation, after a boot if the store is not open. `done` comes once, never from within this call, and may
   * start the next; a boot that fails is its result.
   */
  start<T>(steps: () => Steps<Result<T, Fault>>, done: (result: Result<T, Fault>) => void): void {
    assert(!this.running, 'an operation was started while another runs');
    this.running = true;
    this.store.flash.start(this.whenOpen(steps), (result) => {
      this.running = false;
      done(result);
    });
  }

  /**
   * The same for somebody who is told, unless it is refused: BUSY, then what is wrong with the request, then RESERVE, when
   * nobody would be told.
   */
  startFor<Client, T>(
    client: Client | undefined,
    error: ErrorCode | undefined,
    steps: () => Steps<Result<T, Fault>>,
    tell: (client: Client, outcome: Result<T, Fault>) => void,
  ): Result {
    if (this.running) return Err(ErrorCode.BUSY);
    if (error !== undefined) return Err(error);
    if (client === undefined) return Err(ErrorCode.RESERVE);
    this.start(steps, (outcome) => {
      tell(client, outcome);
    });
    return Ok();
  }

  private *whenOpen<T>(steps: () => Steps<Result<T, Fault>>): Steps<Result<T, Fault>> {
    if (!this.open) {
      const booted = yield* this.store.boot();
      if (!booted.ok) return booted;
      this.open = true;
    }
    const result = yield* steps();
    if (!result.ok && this.store.closes(result.error)) this.open = false;
    return result;
  }
}
