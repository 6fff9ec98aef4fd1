// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The cryptographically secure random number generator: 256 bits a command.
 *
 * Mirrors `chips/lowrisc/src/csrng.rs`. A get makes an instance and has it generate two units of 128 bits;
 * the interrupt brings them as eight words. Words come from a seed. Health tests never fail here, so FAIL never comes.
 */
import type { Clock } from '#kernel/clock';
import type { Random } from '#kernel/random';
import { ns, us, type Nanoseconds } from '#kernel/time';
import { RandomWords } from '../silicon/random-words.ts';
import type { Figure } from '../silicon/part.ts';
import { InterruptSource, type Interrupts } from './interrupts.ts';

const WORDS = 8;

/** From the command to its interrupt, an instance being made first. */
export const CSRNG_LATENCY: Figure<Nanoseconds> = {
  value: us(100),
  mark: 'M',
  source: 'unverified: assumed, no figure was found',
};

/** The peripheral with its driver: `hil.rng.Rng`. */
export class CsRng extends RandomWords {
  constructor(
    clock: Clock,
    interrupts: Interrupts,
    private readonly random: Random,
  ) {
    super(clock, () => interrupts.raise(InterruptSource.CSRNG));
    interrupts.connect(InterruptSource.CSRNG, () => this.handleInterrupt());
  }

  protected begin(): void {
    // The part keeps nothing between two commands.
  }

  protected next(): Nanoseconds {
    return ns(this.clock.now + CSRNG_LATENCY.value);
  }

  protected collect(): readonly number[] {
    return Array.from({ length: WORDS }, () => this.random.u32());
  }
}
