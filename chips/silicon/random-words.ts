// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A source of random words that interrupts when it has some.
 *
 * NON-TOCK: what the drivers of all chips' sources have in common, and `Entropy32ToRandom` of Tock's
 * `capsules/core/src/rng.rs`, which only hands words on. Words that a client leaves are thrown away, so that
 * none is ever seen by two.
 */
import type { Clock, ClockEvent } from '#kernel/clock';
import type * as hil from '#kernel/hil';
import { Ok, type Result } from '#kernel/result';
import type { Nanoseconds } from '#kernel/time';

/** The driver's part that knows no hardware; the chip connects `handleInterrupt` to the line. */
export abstract class RandomWords implements hil.rng.Rng {
  private client: hil.rng.Client | undefined;
  private wanted = false;
  private event: ClockEvent | undefined;
  private latched = false;

  constructor(
    protected readonly clock: Clock,
    private readonly raise: () => void,
  ) {}

  setClient(client: hil.rng.Client): void {
    this.client = client;
  }

  /** Asks for words; never refused. While a get is under way, another changes nothing. */
  get(): Result {
    if (this.wanted) return Ok();
    this.wanted = true;
    this.begin();
    this.expect();
    return Ok();
  }

  /** Takes the wish back: no callback follows, though an interrupt may be latched already. */
  cancel(): Result {
    if (this.event !== undefined) this.clock.cancel(this.event);
    this.event = undefined;
    this.latched = false;
    this.wanted = false;
    return Ok();
  }

  /** Bottom half: hands words over when there are enough. */
  handleInterrupt(): void {
    if (!this.latched) return;
    this.latched = false;
    const words = this.collect();
    if (words === undefined) {
      this.expect();
      return;
    }
    this.wanted = false;
    const answer = this.client?.randomnessAvailable(words[Symbol.iterator](), Ok());
    if (answer === 'More') this.get();
  }

  /** A get begins. */
  protected abstract begin(): void;
  /** When the hardware interrupts next, after the present instant. */
  protected abstract next(): Nanoseconds;
  /** Takes what the hardware has; undefined while that is not enough to hand over. */
  protected abstract collect(): readonly number[] | undefined;

  private expect(): void {
    this.event = this.clock.schedule(this.next(), () => {
      this.event = undefined;
      this.latched = true;
      this.raise();
    });
  }
}
