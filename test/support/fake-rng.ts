// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A source of random words that gives what a test says, when a test says so.
 *
 * NON-TOCK: tests.
 */
import type { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';

export class FakeRng implements hil.rng.Rng {
  /** While set, each get is refused with it. */
  refusal: ErrorCode | undefined;
  /** Gets that were accepted and are not served in full yet: 0 or 1 when the client is lawful. */
  asked = 0;
  /** Called after each get that was accepted. */
  onGet = (): void => undefined;
  private client: hil.rng.Client | undefined;

  setClient(client: hil.rng.Client): void {
    this.client = client;
  }

  get(): Result {
    if (this.refusal !== undefined) return Err(this.refusal);
    this.asked++;
    this.onGet();
    return Ok();
  }

  cancel(): Result {
    this.asked = 0;
    return Ok();
  }

  /** Gives words, or none with an error; what the client said, and the words that it left. */
  give(
    words: readonly number[],
    result: Result = Ok(),
  ): { readonly says: hil.rng.Continue | undefined; readonly left: readonly number[] } {
    const iterator = words[Symbol.iterator]();
    const says = this.client?.randomnessAvailable(iterator, result);
    if (says === 'Done') this.asked--;
    return { says, left: [...iterator] };
  }
}
