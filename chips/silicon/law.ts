// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The law of NOR flash when it is broken: who is told, in which words, and how cells misbehave.
 *
 * NON-TOCK: matter. Nothing here is on the way of a lawful program.
 */
import { panic } from '#kernel/assert';
import { Random } from '#kernel/random';
import { wordAddress } from './history.ts';
import type { BlockRule, NorFlashOptions, OnViolation, Violation, ViolationKind } from './part.ts';

/** Keeps what a violation was about, so that its sentence is made only when somebody asks. */
interface Breach {
  readonly kind: ViolationKind;
  sentence(): string;
}

export class Law {
  /** Laws broken, of any kind. */
  violations = 0;
  /** Programs that asked for a bit to be set, whether that counts as a violation or not. */
  setBitRequests = 0;
  private readonly onViolation: OnViolation;
  private readonly onSetBits: NonNullable<NorFlashOptions['onSetBits']>;
  private readonly random: Random;
  private breach: Breach | undefined;

  constructor(options: NorFlashOptions) {
    this.onViolation = options.onViolation ?? 'trap';
    this.onSetBits = options.onSetBits ?? 'allow';
    this.random = new Random(options.seed ?? 0);
  }

  /** Whether cells show that a limit was passed. */
  get misbehaves(): boolean {
    return this.onViolation === 'misbehave';
  }

  /** The latest broken law, in words. */
  get lastViolation(): Violation | undefined {
    const { breach } = this;
    return breach && { kind: breach.kind, sentence: breach.sentence() };
  }

  /** A program asks for bits to be set; `story` ends the sentence. True when that is allowed. */
  setsBits(word: number, old: number, value: number, story: () => string): boolean {
    this.setBitRequests++;
    if (this.onSetBits === 'allow') return true;
    const told = story();
    const sentence = (): string =>
      `${wordAddress(word)} holds ${hex(old)}: ${hex(value)} would set bits${told}`;
    return this.violate({ kind: 'sets-bits', sentence }, this.onSetBits);
  }

  /** A word takes one program too many. */
  programs(word: number, count: number, limit: number, story: () => string): false {
    const told = story();
    const sentence = (): string =>
      `${wordAddress(word)} programmed ${ordinal(count)} time since its page was erased (limit ${limit})${told}`;
    return this.violate({ kind: 'programs', sentence }, this.onViolation);
  }

  /** A block takes one program too many. */
  block(firstWord: number, count: number, rule: BlockRule): false {
    const sentence = (): string =>
      `the ${rule.bytes} bytes from ${wordAddress(firstWord)} on took ${count} word programs since their page was erased (limit ${rule.programs})`;
    return this.violate({ kind: 'block', sentence }, this.onViolation);
  }

  /** A page was erased once too often. */
  wornOut(page: number, count: number, limit: number): false {
    const sentence = (): string => `page ${page} was erased ${count} times (limit ${limit})`;
    return this.violate({ kind: 'worn-out', sentence }, this.onViolation);
  }

  /** What a program too many leaves: some bits that should go stay, some that should stay go. */
  disturb(old: number, result: number): number {
    const kept = this.random.u32() & this.random.u32();
    const lost = this.random.u32() & this.random.u32() & this.random.u32();
    return old & (result | kept) & ~lost;
  }

  /** What an erasure too many leaves of a word: one bit in sixteen stays 0. */
  stuck(): number {
    return ~(this.random.u32() & this.random.u32() & this.random.u32() & this.random.u32());
  }

  private violate(breach: Breach, reaction: OnViolation): false {
    this.violations++;
    this.breach = breach;
    if (reaction === 'trap') panic(breach.sentence());
    return false;
  }
}

function hex(bits: number): string {
  return `0x${(bits >>> 0).toString(16).padStart(8, '0')}`;
}

function ordinal(count: number): string {
  const teens = count % 100 >= 11 && count % 100 <= 13;
  const suffix = teens ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `a ${count}${suffix}`;
}
