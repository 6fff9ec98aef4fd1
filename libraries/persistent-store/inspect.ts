// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Describes a dump of a store: its pages, its log, its wear, and what opening it would do.
 *
 * NON-TOCK: OpenSK has no tool that looks into a store. doc/FLASH-FORMAT.md draws what this reads.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { BufferStorage } from '../store/buffer-storage.ts';
import { Format, isSupported } from './format.ts';
import type { EntryInspection } from './inspect-entries.ts';
import { walkEntries } from './inspect-entries.ts';
import type { PageInspection } from './inspect-pages.ts';
import { inspectPage } from './inspect-pages.ts';
import { Info, Kind, UNKNOWN } from './kinds.ts';
import { Log } from './log.ts';
import { MODES, type Mode } from './mode.ts';
import type { Rehearsal } from './rehearsal.ts';
import { rehearse } from './rehearsal.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Geometry } from '../store/storage.ts';

export type { EntryInspection, EntryState, InternalWord } from './inspect-entries.ts';
export type { PageInspection } from './inspect-pages.ts';
export type { LiveEntry, OpenedStore, Rehearsal, Repair } from './rehearsal.ts';

/** A place in the ring of pages. */
export interface LogPlace {
  /** Virtual position, words. */
  readonly position: number;
  readonly page: number;
  /** Bytes from the page's start. */
  readonly byteOffset: number;
}

/** Everything that can be told from the cells of a store. */
export interface Inspection {
  readonly geometry: Geometry;
  /** Sizes that follow from the geometry. */
  readonly format: Format;
  /** Whether all bits are ones: a boot makes a new store of it. */
  readonly isBlank: boolean;
  /** Whether this can be a store: blank, or opens, or more headers are valid than impossible. */
  readonly isStore: boolean;
  readonly pages: readonly PageInspection[];
  /** First entry of the oldest page, as the cells say now; undefined when no page has a valid header. */
  readonly head: LogPlace | undefined;
  /** One past the last entry; undefined when that cannot be told. */
  readonly tail: LogPlace | undefined;
  /** From the head to the tail, as they stand now. */
  readonly entries: readonly EntryInspection[];
  /** Where the log could not be read any further. */
  readonly stoppedAt: LogPlace | undefined;
  /** What a boot of a copy did. */
  readonly opening: Rehearsal;
}

/**
 * Describes the store in an image, which is left as it is. InvalidArgument: the geometry is outside the format's limits, or the
 * image is not of its size.
 */
export function inspect(
  image: Uint8Array,
  geometry: Geometry,
  mode: Mode = MODES.ours,
): Result<Inspection, 'InvalidArgument'> {
  const size = geometry.pageSize * geometry.numPages;
  if (!isSupported(geometry) || image.length !== size) return Err('InvalidArgument');
  const cells = new BufferStorage(geometry, false);
  cells.image.set(image);
  const opening = rehearse(cells.clone(), mode);
  const log = new Log(cells, mode);
  const head = oldestHead(log);
  const erasing = pendingErase(log);
  const context = { head, erasing };
  const pages = Array.from({ length: geometry.numPages }, (_, page) =>
    inspectPage(log, cells, page, context),
  );
  const start = walkFrom(log, head, erasing);
  const walk =
    start === UNKNOWN ? { entries: [], stoppedAt: undefined } : walkEntries(log, cells, start);
  const isBlank = pages.every((page) => page.isBlank);
  return Ok({
    geometry,
    format: log.format,
    isBlank,
    isStore: isBlank || opening.result === 'Ok' || looksLikeStore(pages),
    pages,
    head: placeOf(log.format, head),
    tail: placeOf(log.format, runAtOnce(log.findTail())),
    entries: walk.entries,
    stoppedAt: placeOf(log.format, walk.stoppedAt ?? UNKNOWN),
    opening,
  });
}

function looksLikeStore(pages: readonly PageInspection[]): boolean {
  const valid = pages.filter(({ init }) => init === 'valid').length;
  const impossible = pages.filter(({ init }) => init === 'impossible').length;
  return valid > impossible;
}

function placeOf(format: Format, position: number): LogPlace | undefined {
  if (position === UNKNOWN) return undefined;
  return { position, page: format.page(position), byteOffset: format.byteOffset(position) };
}

/** The least head of the pages with a valid header, whatever the others hold. */
function oldestHead(log: Log): number {
  let oldest = UNKNOWN;
  for (let page = 0; page < log.format.numPages; page++) {
    if (log.readInit(page) !== Info.VALID) continue;
    const head = log.format.pageHead(log.info, page);
    if (oldest === UNKNOWN || head < oldest) oldest = head;
  }
  return oldest;
}

/** The page named by an erase word in the newest page: its erasure was begun, or will be. */
function pendingErase(log: Log): number | undefined {
  let position = runAtOnce(log.extremumHead(true));
  if (position === UNKNOWN) return undefined;
  const end = log.format.nextPage(position);
  while (position < end) {
    const kind = log.parse(position);
    if (kind === Kind.ERASE) return log.field;
    if (kind !== Kind.PADDING && kind !== Kind.USER) return undefined;
    position = log.next;
  }
  return undefined;
}

/** A page that is being erased holds nothing any more: the log begins after it. */
function walkFrom(log: Log, head: number, erasing: number | undefined): number {
  if (head === UNKNOWN || erasing !== log.format.page(head)) return head;
  const page = (erasing + 1) % log.format.numPages;
  return log.readInit(page) === Info.VALID ? log.format.pageHead(log.info, page) : head;
}
