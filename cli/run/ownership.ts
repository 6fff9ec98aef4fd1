// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `--watch-ownership`: an oracle beside each power-on, and what it found.
 *
 * NON-TOCK: a kernel trusts its design; this looks.
 */
import { OwnershipOracle } from '#conformance/ownership-oracle';
import { damageLine, isOwnershipDamage, type Damage } from '#conformance/ownership-damage';
import type { Profile } from '#kernel/profile';
import type { Nanoseconds } from '#kernel/time';
import { duration } from '#lab/report/columns';

/** How many damages are printed and kept; more are only counted. */
const SHOWN = 50;

/** The damages of a run, over all its power-ons. */
export class OwnershipReport {
  readonly damages: Damage[] = [];
  /** All of them, also those not kept. */
  count = 0;

  constructor(
    private readonly profile: Profile,
    private readonly err: (text: string) => void,
  ) {}

  /** An oracle for one power-on; `now` is the time since the first. */
  watch(now: () => Nanoseconds): OwnershipOracle {
    return new OwnershipOracle({
      profile: this.profile,
      now,
      onDamage: (damage) => {
        if (isOwnershipDamage(damage)) this.note(damage);
      },
    });
  }

  /** The line of the result. */
  get summary(): string {
    if (this.count === 0) return 'ownership: no damage';
    return `ownership: ${this.count.toString()} damage${this.count === 1 ? '' : 's'}`;
  }

  /** For the JSON of the result. */
  get json(): { readonly count: number; readonly damages: readonly Damage[] } {
    return { count: this.count, damages: this.damages };
  }

  private note(damage: Damage): void {
    this.count++;
    if (this.count > SHOWN) return;
    this.damages.push(damage);
    this.err(`[${duration(damage.time ?? 0)}] ${damageLine(damage)}\n`);
    if (this.count === SHOWN) this.err('further damages are only counted\n');
  }
}
