// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The same day, by the same app, on each board and through each flash interface: what it costs.
 *
 * NON-TOCK: part of the demonstration.
 */
import type { BoardKind, StoreHil } from '#boards/board';
import { columns, duration, grouped } from '../report/columns.ts';
import { sameContent, storeContent, type StoreContent } from '../report/store-content.ts';
import type { CheckedLine } from '../run/workload.ts';
import { live } from './device.ts';

const HILS: readonly StoreHil[] = ['byte', 'blocking', 'page'];
const HASH_DIGITS = 8;

/** What the comparison is made of. */
export interface InterfacesOptions {
  readonly boards: readonly BoardKind[];
  readonly lines: readonly CheckedLine[];
  readonly sha256: (bytes: Uint8Array) => string;
  /** Told the share (0–1) that is done. */
  readonly progress: (share: number) => void;
}

/** One day on one board through one interface. */
interface Day {
  readonly board: BoardKind;
  readonly hil: StoreHil;
  readonly commandTime: number;
  readonly words: number;
  readonly erases: number;
  readonly mostErases: number;
  readonly hash: string;
  readonly content: StoreContent | undefined;
}

/**
 * A table of days. Good: on each board the byte-level and the blocking interface leave the same image, and
 * everywhere the store holds the same values.
 */
export function compareInterfaces(options: InterfacesOptions): { text: string; good: boolean } {
  const { boards, lines, progress } = options;
  const runs = boards.flatMap((board) => HILS.map((hil) => ({ board, hil })));
  const days = runs.map(({ board, hil }, index) => {
    const onProgress = (done: number): void => {
      progress((index + done / lines.length) / runs.length);
    };
    return day(board, hil, options, onProgress);
  });
  const rows = days.map((each) => [
    `${each.board.chip}, ${each.hil}`,
    duration(each.commandTime),
    grouped(each.words),
    grouped(each.erases),
    grouped(each.mostErases),
    each.hash.slice(0, HASH_DIGITS),
  ]);
  const text = columns([
    ['board, interface', 'commands', 'words', 'erases', 'most a page', 'SHA-256'],
    ...rows,
  ]);
  return { text, good: sameImages(days) && sameValues(days) };
}

function day(
  board: BoardKind,
  hil: StoreHil,
  { lines, sha256 }: InterfacesOptions,
  onProgress: (done: number) => void,
): Day {
  const { flash, totals, store } = live({ board, hil, lines, onProgress });
  const content = storeContent(flash, store);
  const pages = Array.from({ length: store.size / store.pageSize }, (_, page) =>
    flash.eraseCount(store.offset / store.pageSize + page),
  );
  return {
    board,
    hil,
    commandTime: totals.commandTime,
    words: totals.wordsWritten,
    erases: totals.erases,
    mostErases: Math.max(...pages),
    hash: sha256(flash.bytes(store.offset, store.size)),
    content: content.ok ? content.value : undefined,
  };
}

function sameImages(days: readonly Day[]): boolean {
  return days
    .filter(({ hil }) => hil !== 'page')
    .every(({ board, hash }) =>
      days.every((other) => other.board !== board || other.hil === 'page' || other.hash === hash),
    );
}

function sameValues(days: readonly Day[]): boolean {
  const first = days[0]?.content;
  return days.every(({ content }) => {
    return first !== undefined && content !== undefined && sameContent(first, content);
  });
}
