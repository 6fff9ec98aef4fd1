// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The states of a flash that were explored already, each by two hashes and the depth at which it was.
 *
 * NON-TOCK: two different states are taken for one with a chance of one in 2^64.
 */
const FIRST_SLOTS = 1 << 12;

/** A set of states that can be emptied at no cost. */
export class SeenStates {
  private hashes = new Int32Array(FIRST_SLOTS);
  private checks = new Int32Array(FIRST_SLOTS);
  private levels = new Uint8Array(FIRST_SLOTS);
  private rounds = new Int32Array(FIRST_SLOTS);
  private round = 1;
  private size = 0;

  /** Forgets all. */
  clear(): void {
    this.round += 1;
    this.size = 0;
  }

  /**
   * Notes a state at a level (1 is the first cut), and says whether it had been noted at that level or a lower one: from there
   * at least as many cuts deep were tried.
   */
  has(hash: number, check: number, level: number): boolean {
    const slot = this.slotOf(hash, check);
    if (this.rounds[slot] === this.round) {
      if ((this.levels[slot] ?? 0) <= level) return true;
      this.levels[slot] = level;
      return false;
    }
    this.fill(slot, hash, check, level);
    if (++this.size * 2 > this.hashes.length) this.grow();
    return false;
  }

  /** The slot that holds a state, or the free one that is to. */
  private slotOf(hash: number, check: number): number {
    const mask = this.hashes.length - 1;
    let slot = hash & mask;
    while (this.rounds[slot] === this.round) {
      if (this.hashes[slot] === hash && this.checks[slot] === check) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private fill(slot: number, hash: number, check: number, level: number): void {
    this.hashes[slot] = hash;
    this.checks[slot] = check;
    this.levels[slot] = level;
    this.rounds[slot] = this.round;
  }

  private grow(): void {
    const { hashes, checks, levels, rounds } = this;
    const slots = 2 * hashes.length;
    this.hashes = new Int32Array(slots);
    this.checks = new Int32Array(slots);
    this.levels = new Uint8Array(slots);
    this.rounds = new Int32Array(slots);
    for (const [slot, round] of rounds.entries()) {
      if (round !== this.round) continue;
      const hash = hashes[slot] ?? 0;
      const check = checks[slot] ?? 0;
      this.fill(this.slotOf(hash, check), hash, check, levels[slot] ?? 0);
    }
  }
}
