// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Cuts an operation at every write and erase, in several torn forms, and the recovery from that, too.
 *
 * NON-TOCK: test support.
 */
import { expect } from 'chai';
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
import type { BitChoice } from '#libraries/store/buffer-storage';

/** A long life for an armed flash: counts the calls of what is run. */
const UNCUT = Number.MAX_SAFE_INTEGER;

/** What a cut may leave: nothing, all, halves, and chance. */
export const TORN = [
  'none',
  'all',
  'even',
  'odd',
  'firstHalf',
  'lastHalf',
  'xorshift:7',
  'xorshift:99',
];

/** What is cut: `open` recovers, and returns what can be seen of the state as text, or undefined while the power is off. */
export interface Cuttable {
  /** A flash ready for the operation. */
  readonly start: BufferStorage;
  /** Opens the flash and runs the operation. */
  run(flash: BufferStorage): void;
  /** Opens the flash after a cut and says what is there. */
  see(flash: BufferStorage): string | undefined;
  readonly choices?: readonly string[];
}

function choice(name: string): BitChoice {
  return bitChoice(name) ?? expect.fail(`no such torn form: ${name}`);
}

/** Writes and erases that something needs. */
export function callsOf(flash: BufferStorage, work: (flash: BufferStorage) => unknown): number {
  flash.arm(UNCUT);
  work(flash);
  return UNCUT - flash.disarm();
}

/** Cuts work on a copy of a flash after `delay` calls. */
function cutAt(
  flash: BufferStorage,
  delay: number,
  torn: string,
  work: (flash: BufferStorage) => unknown,
): BufferStorage {
  const copy = flash.clone();
  copy.arm(delay);
  work(copy);
  copy.corrupt(choice(torn));
  return copy;
}

/** Every cut of the operation, and every cut of the recovery from each: `judge` sees the state each ends in. Returns how many. */
export function cutEverywhere(
  target: Cuttable,
  judge: (seen: string, flash: BufferStorage, what: string) => void,
): number {
  const { choices = TORN } = target;
  const run = (flash: BufferStorage): void => target.run(flash);
  const see = (flash: BufferStorage): string | undefined => target.see(flash);
  let cases = 0;
  const end = (flash: BufferStorage, what: string): void => {
    cases += 1;
    const seen = see(flash);
    expect(flash.violation, what).to.equal(undefined);
    judge(seen ?? expect.fail(`${what}: does not open`), flash, what);
  };
  const calls = callsOf(target.start.clone(), run);
  for (let delay = 0; delay < calls; delay++) {
    for (const torn of choices) {
      const cut = cutAt(target.start, delay, torn, run);
      const recovery = callsOf(cut.clone(), see);
      for (let again = 0; again < recovery; again++) {
        for (const secondTorn of choices) {
          end(cutAt(cut, again, secondTorn, see), `cut ${delay} ${torn}, ${again} ${secondTorn}`);
        }
      }
      end(cut, `cut ${delay} ${torn}`);
    }
  }
  return cases;
}
