// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the suites for stores share: a flash that keeps the rules, chance with a seed, and cuts under a claim's model.
 *
 * NON-TOCK: see store.ts.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { bitChoice, BufferStorage, type BitChoice } from '#libraries/store/buffer-storage';
import type { CutModel } from '#libraries/store/claim';
import type { Outcome, StoreDefinition } from '#libraries/store/definition';
import type { Geometry, Storage } from '#libraries/store/storage';

/** Erasures that a page of the suites' flash endures: more than a test makes. */
const ENDURANCE = 10_000;

/** Cuts of one operation that are tried, when it has more. */
const MOST_CUTS = 16;

/** The seed of every random choice. */
const SEED = 7;

/** The flash that a definition asks for; or another shape, with the limits of its claim. */
export function geometryOf(
  { claim, defaults }: StoreDefinition,
  { pageSize, pages }: { pageSize: number; pages: number } = defaults,
): Geometry {
  const maxWordWrites = claim.programsPerWord;
  return { wordSize: 4, pageSize, numPages: pages, maxWordWrites, maxPageErases: ENDURANCE };
}

/** Shapes on which a store is tried: that of its definition, and a larger one where it can live there. */
export function geometriesOf(definition: StoreDefinition): Geometry[] {
  const larger = geometryOf(definition, { pageSize: 256, pages: 8 });
  return [geometryOf(definition), larger].filter((each) => definition.refuses(each) === undefined);
}

/** Chance for one test. */
export function chance(salt = 0): Random {
  return new Random(SEED + salt);
}

/** So many random bytes; now and then all of one kind, which is what blank and worn flash look like. */
export function randomBytes(random: Random, length: number): Uint8Array {
  const kind = random.below(8);
  const bytes = new Uint8Array(length).fill(kind === 0 ? 0xff : 0);
  if (kind > 1) for (let at = 0; at < length; at++) bytes[at] = random.u32() >>> 24;
  return bytes;
}

/** How an operation ended: `Ok`, or its fault. */
export function said(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'Ok' : outcome.error;
}

/** Fails when a rule of flash was broken. */
export function expectLawful(flash: BufferStorage): void {
  expect(flash.violation, 'a rule of flash').to.equal(undefined);
}

/** The same flash, which reads at once and writes later. */
export function writesLater(flash: BufferStorage): Storage {
  const { wordSize, pageSize, numPages, maxWordWrites, maxPageErases, pageSizes } = flash;
  return {
    ...{ wordSize, pageSize, numPages, maxWordWrites, maxPageErases },
    ...(pageSizes === undefined ? {} : { pageSizes }),
    readWord: (page, byteOffset) => flash.readWord(page, byteOffset),
    read: (page, byteOffset, length) => flash.read(page, byteOffset, length),
    write: () => undefined,
    erase: () => undefined,
  };
}

// --- Cuts --------------------------------------------------------------------------------------

/** Does what is to be cut, on a copy of the flash. It stops where the flash fails. */
export type Victim<T> = (flash: BufferStorage) => T;

/** What one cut left. */
export interface CutState<T> {
  readonly flash: BufferStorage;
  /** What the victim gave. */
  readonly given: T;
  /** For messages. */
  readonly where: string;
}

/** Cuts a victim at its writes and erasures, each in several ways that the model allows. */
export function* cutsOf<T>(
  base: BufferStorage,
  victim: Victim<T>,
  model: CutModel,
): Generator<CutState<T>> {
  const calls = callsOf(base, victim);
  const step = Math.max(1, calls / MOST_CUTS);
  for (let at = 0; at < calls; at += step) {
    const cut = Math.floor(at);
    for (const [name, choice] of choicesOf(model, ...ends(base, victim, cut))) {
      const flash = base.clone();
      flash.arm(cut);
      const given = victim(flash);
      flash.corrupt(choice);
      yield { flash, given, where: `cut ${cut} of ${calls}, ${name}` };
    }
  }
}

/** Writes and erasures of a victim that nothing cuts. */
export function callsOf(base: BufferStorage, victim: Victim<unknown>): number {
  const flash = base.clone();
  flash.arm(Number.MAX_SAFE_INTEGER);
  victim(flash);
  return Number.MAX_SAFE_INTEGER - flash.disarm();
}

/** The image before the call that is cut, and after it. */
function ends(
  base: BufferStorage,
  victim: Victim<unknown>,
  cut: number,
): [before: Uint8Array, after: Uint8Array] {
  const flash = base.clone();
  flash.arm(cut);
  victim(flash);
  const before = flash.image.slice();
  flash.corrupt(() => true);
  return [before, flash.image.slice()];
}

const SUBSETS = ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:5'];

/** Sets of moving bits that a cut may have moved. */
function choicesOf(
  model: CutModel,
  before: Uint8Array,
  after: Uint8Array,
): [name: string, choice: BitChoice][] {
  if (model === 'any-subset-of-bits') {
    return SUBSETS.map((name) => [name, bitChoice(name) ?? ((): boolean => false)]);
  }
  const size = model === 'word-atomic' ? 4 : 1;
  const units: number[] = [];
  for (let at = 0; at < before.length; at += size) {
    units.push(bitsMoved(before.subarray(at, at + size), after.subarray(at, at + size)));
  }
  const moving = units.filter((bits) => bits > 0);
  const prefixes = [0, 1, moving.length >> 1, moving.length - 1, moving.length];
  return [...new Set(prefixes)].map((count) => {
    const bits = moving.slice(0, count).reduce((sum, each) => sum + each, 0);
    return [`the first ${count} of ${moving.length} that move`, (index): boolean => index < bits];
  });
}

function bitsMoved(before: Uint8Array, after: Uint8Array): number {
  let count = 0;
  for (const [at, byte] of before.entries()) {
    for (let left = byte ^ (after[at] ?? 0); left !== 0; left &= left - 1) count += 1;
  }
  return count;
}
