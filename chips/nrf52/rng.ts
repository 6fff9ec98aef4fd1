// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The random number generator: one byte an interrupt, four of them a word.
 *
 * Mirrors `chips/nrf5x/src/trng.rs`. Started by the first get and never stopped, as by Tock's driver, the part
 * makes a byte every 120 us from then on; those that nobody waits for are overwritten. Bytes come from a
 * seed. What upstream does otherwise is in `TRNG_FLAWS`.
 */
import type { Clock } from '#kernel/clock';
import type { Random } from '#kernel/random';
import { ns, type Nanoseconds } from '#kernel/time';
import { RandomWords } from '../silicon/random-words.ts';
import { InterruptLine, type Interrupts } from './interrupts.ts';
import { RNG_TIMING } from './timing.ts';

const BYTES_PER_WORD = 4;

/** Flaws of upstream's driver that can be had back by name. */
export const TRNG_FLAWS = {
  'trng-fifth-byte':
    'a word is handed over when a fifth byte is there, which is thrown away: a word takes a quarter longer',
} as const;

/** The name of one of them. */
export type TrngFlaw = keyof typeof TRNG_FLAWS;

/** The peripheral with its driver: `hil.rng.Rng`. */
export class Trng extends RandomWords {
  /** When the first byte was ready; undefined before the first get. */
  private firstByte: Nanoseconds | undefined;
  private bytes: number[] = [];
  private readonly bytesWanted: number;

  constructor(
    clock: Clock,
    interrupts: Interrupts,
    private readonly random: Random,
    flaws: ReadonlySet<TrngFlaw> = new Set(),
  ) {
    super(clock, () => interrupts.raise(InterruptLine.RNG));
    interrupts.connect(InterruptLine.RNG, () => this.handleInterrupt());
    this.bytesWanted = flaws.has('trng-fifth-byte') ? BYTES_PER_WORD + 1 : BYTES_PER_WORD;
  }

  protected begin(): void {
    this.firstByte ??= ns(this.clock.now + RNG_TIMING.firstByte.value);
    this.bytes = [];
  }

  /** The next VALRDY: one that came before the driver cleared the event counts for nothing. */
  protected next(): Nanoseconds {
    const first = this.firstByte ?? this.clock.now;
    const period = RNG_TIMING.nextByte.value;
    const made = Math.floor((this.clock.now - first) / period) + 1;
    return ns(first + Math.max(0, made) * period);
  }

  protected collect(): readonly number[] | undefined {
    this.bytes.push(this.random.below(256));
    if (this.bytes.length < this.bytesWanted) return undefined;
    const [low = 0, second = 0, third = 0, high = 0] = this.bytes;
    return [(low | (second << 8) | (third << 16) | (high << 24)) >>> 0];
  }
}
