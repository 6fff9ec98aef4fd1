// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * SipHash-2-4 and SipHash-1-3: a keyed 64-bit hash of short strings.
 *
 * Mirrors `capsules/extra/src/sip_hash.rs`. After Aumasson and Bernstein, "SipHash: a fast short-input
 * PRF" (2012). 64-bit words are pairs of 32-bit halves, because JavaScript adds those exactly.
 */

/** A 64-bit hash in two halves, each unsigned. */
export interface Hash64 {
  readonly low: number;
  readonly high: number;
}

/** The 128-bit key: two 64-bit words in halves. */
export interface SipKey {
  readonly k0: Hash64;
  readonly k1: Hash64;
}

const ZERO: Hash64 = { low: 0, high: 0 };
/** The key that Tock's boards use. */
export const ZERO_KEY: SipKey = { k0: ZERO, k1: ZERO };

/** "somepseudorandomlygeneratedbytes", the paper's initial state: v0 to v3, low half first. */
const INITIAL = [
  0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462,
] as const;

/** How many rounds a word takes, and how many the end. */
export interface SipRounds {
  readonly compression: number;
  readonly finalization: number;
}
/** The usual variant, SipHash-2-4. */
export const SIP_2_4: SipRounds = { compression: 2, finalization: 4 };
/** The faster variant of Rust's hash maps, SipHash-1-3. */
export const SIP_1_3: SipRounds = { compression: 1, finalization: 3 };

/** The state: v0 to v3, each as low half, high half. One object for all, because nothing yields in between. */
const v = new Int32Array(8);

/** The hash of bytes. */
export function sipHash(bytes: Uint8Array, key: SipKey = ZERO_KEY, rounds = SIP_2_4): Hash64 {
  const { k0, k1 } = key;
  const halves = [k0.low, k0.high, k1.low, k1.high, k0.low, k0.high, k1.low, k1.high];
  for (let half = 0; half < 8; half++) v[half] = (INITIAL[half] ?? 0) ^ (halves[half] ?? 0);
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    compress(word(bytes, at), word(bytes, at + 4), rounds.compression);
  }
  compress(
    word(bytes, whole),
    (word(bytes, whole + 4) & 0xff_ffff) | (bytes.length << 24),
    rounds.compression,
  );
  v[4] = (v[4] ?? 0) ^ 0xff;
  for (let round = 0; round < rounds.finalization; round++) sipRound();
  const xor = (half: number): number =>
    ((v[half] ?? 0) ^ (v[half + 2] ?? 0) ^ (v[half + 4] ?? 0) ^ (v[half + 6] ?? 0)) >>> 0;
  return { low: xor(0), high: xor(1) };
}

/** Four bytes, little-endian; what is past the end is 0. */
function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function compress(low: number, high: number, rounds: number): void {
  v[6] = (v[6] ?? 0) ^ low;
  v[7] = (v[7] ?? 0) ^ high;
  for (let round = 0; round < rounds; round++) sipRound();
  v[0] = (v[0] ?? 0) ^ low;
  v[1] = (v[1] ?? 0) ^ high;
}

function sipRound(): void {
  mix(0, 2, 13);
  swap(0);
  mix(4, 6, 16);
  mix(0, 6, 21);
  mix(4, 2, 17);
  swap(4);
}

/** a += b, b = rotl(b, bits) ^ a, on the words that start at these halves; bits below 32. */
function mix(a: number, b: number, bits: number): void {
  const low = ((v[a] ?? 0) >>> 0) + ((v[b] ?? 0) >>> 0);
  const high = (v[a + 1] ?? 0) + (v[b + 1] ?? 0) + (low > 0xffff_ffff ? 1 : 0);
  v[a] = low;
  v[a + 1] = high;
  const [bLow, bHigh] = [v[b] ?? 0, v[b + 1] ?? 0];
  v[b] = ((bLow << bits) | (bHigh >>> (32 - bits))) ^ low;
  v[b + 1] = ((bHigh << bits) | (bLow >>> (32 - bits))) ^ high;
}

/** Rotates a word by 32: its halves change places. */
function swap(a: number): void {
  const low = v[a] ?? 0;
  v[a] = v[a + 1] ?? 0;
  v[a + 1] = low;
}
