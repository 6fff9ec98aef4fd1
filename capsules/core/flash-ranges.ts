// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What every capsule between two flash interfaces computes alike: refusals, and the pages of a range.
 *
 * NON-TOCK: Tock's flash capsules check no ranges, and each splits its range itself.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';

/** The part of a flash that its addresses depend on. */
export type FlashShape = Pick<hil.flash.Flash, 'pageSize' | 'pages'>;

/** The part of a range that lies in one page. */
export interface PagePart {
  readonly page: number;
  /** Bytes from the start of the page. */
  readonly offset: number;
  /** Bytes; at most what is left of the page, 0 for an empty range. */
  readonly length: number;
}

/** Whether a number is the number of a page. */
export function isPage({ pages }: FlashShape, page: number): boolean {
  return Number.isInteger(page) && page >= 0 && page < pages;
}

/** What is wrong with a page and its buffer: INVAL, SIZE, or nothing. */
export function pageError(
  flash: FlashShape,
  page: number,
  buffer: Uint8Array,
): ErrorCode | undefined {
  if (!isPage(flash, page)) return ErrorCode.INVAL;
  return buffer.length === flash.pageSize ? undefined : ErrorCode.SIZE;
}

/** What is wrong with a range of bytes: INVAL outside or not in units, SIZE over the buffer, or nothing. */
export function rangeError(
  flash: FlashShape,
  { address, length }: { readonly address: number; readonly length: number },
  buffer: Uint8Array,
  unit: number,
): ErrorCode | undefined {
  const inside = address >= 0 && length >= 0 && address + length <= flash.pages * flash.pageSize;
  if (!inside || address % unit !== 0 || length % unit !== 0) return ErrorCode.INVAL;
  return length > buffer.length ? ErrorCode.SIZE : undefined;
}

/** The first page's part of a range; an empty range at the very end belongs to the last page. */
export function firstPart(
  { pageSize, pages }: FlashShape,
  address: number,
  length: number,
): PagePart {
  const page = Math.min(Math.floor(address / pageSize), pages - 1);
  const offset = address - page * pageSize;
  return { page, offset, length: Math.min(pageSize - offset, length) };
}

/** Whether bytes read as erased. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff);
}
