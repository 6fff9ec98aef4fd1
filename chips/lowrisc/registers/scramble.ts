// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A keyed, reversible mixing of flash words: a stand-in for the chip's XEX mode with PRINCE.
 *
 * NON-TOCK: hardware, and not its cipher. It shows what scrambling does to content, which is garbage
 * without the key and differs from place to place; it keeps no secret.
 */

const ROUNDS = 4;

/** The two words of a flash word, low first. */
export type WordPair = readonly [low: number, high: number];

/** What is stored for a flash word at an index. */
export function scramble(key: number, index: number, [low, high]: WordPair): WordPair {
  let [left, right] = [low, high];
  for (let round = 0; round < ROUNDS; round++) {
    [left, right] = [right, (left ^ mix(key, index, round, right)) >>> 0];
  }
  return [left, right];
}

/** The flash word that was stored at an index. */
export function unscramble(key: number, index: number, [low, high]: WordPair): WordPair {
  let [left, right] = [low, high];
  for (let round = ROUNDS - 1; round >= 0; round--) {
    [left, right] = [(right ^ mix(key, index, round, left)) >>> 0, left];
  }
  return [left, right];
}

/** The round function of the Feistel network: constants of splitmix32 and the golden ratio. */
function mix(key: number, index: number, round: number, word: number): number {
  let mixed = word ^ key ^ Math.imul(index * ROUNDS + round + 1, 0x9e3779b9);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
