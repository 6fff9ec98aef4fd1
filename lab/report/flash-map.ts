// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Flash as a picture for a terminal: one row a page, one character for a group of words.
 *
 * NON-TOCK: the simulator's own reports. `·` erased, `░` up to a quarter of the bits cleared, `▒` up to a half, `▓` more, `█` all.
 */

/** What a map is drawn from. */
export interface FlashRegion {
  /** The region's bytes, from its first page. */
  readonly bytes: Uint8Array;
  readonly pageSize: number;
  /** Erasures of each page so far. */
  readonly erases: readonly number[];
  /** Address of the first byte. */
  readonly address: number;
}

const WIDTH = 56;
const SHADES = ['░', '▒', '▓'] as const;

/** Draws the pages of a region, each with its address, its erasures and its fill. */
export function flashMap({ bytes, pageSize, erases, address }: FlashRegion): string {
  const rows = erases.map((count, page) => {
    const content = bytes.subarray(page * pageSize, (page + 1) * pageSize);
    const where = (address + page * pageSize).toString(16).padStart(5, '0');
    return `0x${where} ${drawPage(content)} ${String(count).padStart(5)} ×`;
  });
  return [`${'page'.padEnd(7)} ${'content'.padEnd(WIDTH)} ${'erased'.padStart(6)}`, ...rows].join(
    '\n',
  );
}

function drawPage(content: Uint8Array): string {
  // A page of fewer bytes than that has a column a byte.
  const width = Math.min(WIDTH, content.length);
  let picture = '';
  for (let column = 0; column < width; column++) {
    const from = Math.floor((column * content.length) / width);
    const to = Math.floor(((column + 1) * content.length) / width);
    picture += shade(content.subarray(from, to));
  }
  return picture.padEnd(WIDTH);
}

function shade(bytes: Uint8Array): string {
  let cleared = 0;
  for (const byte of bytes) cleared += zeroBits(byte);
  const share = cleared / (8 * bytes.length);
  if (share === 0) return '·';
  if (share === 1) return '█';
  return SHADES[share <= 0.25 ? 0 : share <= 0.5 ? 1 : 2];
}

function zeroBits(byte: number): number {
  let count = 0;
  for (let bits = ~byte & 0xff; bits !== 0; bits &= bits - 1) count++;
  return count;
}
