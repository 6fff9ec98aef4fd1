// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * All runs of a study: each part with each number of pages through each interface.
 *
 * NON-TOCK: what a laboratory does.
 */
import type { StoreHil } from '#boards/board';
import { leastProgramOf } from '#chips/silicon/part-sheet';
import { Err, Ok, type Result } from '#kernel/result';
import { CLAIM } from '#libraries/persistent-store/claim';
import { storeOf, whyNot } from '#libraries/stores';
import type { DeviceCosts } from '../framework/cost-model.ts';
import { geometryOf, type Cell, type Level, type StudyStore } from './cell.ts';
import type { StudyPart } from './parts.ts';

/** What is varied, and what is not. */
export interface Sweep {
  readonly parts: readonly StudyPart[];
  readonly pages: readonly number[];
  readonly hils: readonly StoreHil[];
  readonly store: StudyStore;
  /** Absent: through the board of each part that has one, at the storage interface otherwise. */
  readonly level?: Level;
  /** A cost model: it is one of the storage interface. */
  readonly costs?: DeviceCosts;
}

const MOST_CELLS = 1000;

/** The cells of a sweep, parts first; or why one of them cannot be. */
export function cellsOf(sweep: Sweep): Result<readonly Cell[], string> {
  const { parts, pages, hils, store, costs } = sweep;
  const many = parts.length * pages.length * hils.length;
  if (many > MOST_CELLS) return Err(`${many} runs are more than ${MOST_CELLS}`);
  const cells = parts.flatMap((part) =>
    pages.flatMap((each) =>
      hils.map((hil): Cell => {
        const cell = { part, pages: each, hil, store, level: levelOf(part, sweep) };
        return costs === undefined ? cell : { ...cell, costs };
      }),
    ),
  );
  for (const cell of cells) {
    const wrong = clashOfLevel(cell) ?? clashOfFormat(cell) ?? clashOfPages(cell);
    if (wrong !== undefined) return Err(wrong);
  }
  return Ok(cells);
}

function levelOf({ board }: StudyPart, { level, store, costs }: Sweep): Level {
  const hasBoard = board !== undefined && store === 'persistent' && costs === undefined;
  return level ?? (hasBoard ? 'board' : 'storage');
}

function clashOfLevel({ part, level, hil, store, costs }: Cell): string | undefined {
  const name = part.sheet.name;
  if (level === 'board' && part.board === undefined) {
    return `--level board: ${name} has no board; nrf52840 and earlgrey have one`;
  }
  if (level === 'board' && store !== 'persistent') {
    return `--level board: boards have the store persistent, not ${store}`;
  }
  if (level === 'board' && costs !== undefined) {
    return '--level board: a board has its own costs; --costs are those of the storage interface';
  }
  if (level === 'storage' && hil !== 'byte') {
    return `--hil ${hil}: at the storage interface, where ${name} is run, there is no HIL`;
  }
  return undefined;
}

function clashOfPages({ part, pages, level }: Cell): string | undefined {
  const { name, pages: there } = part.sheet;
  if (pages > there.value) return `--pages ${pages}: ${name} has ${there.value} pages`;
  const room = level === 'board' ? part.board?.storePages : undefined;
  return room !== undefined && pages > room.most
    ? `--pages ${pages}: the board of ${name} has room for ${room.most} pages`
    : undefined;
}

/** What the store's format cannot describe. */
function clashOfFormat(cell: Cell): string | undefined {
  const { part, pages, store } = cell;
  const { name, pageSize } = part.sheet;
  if (!store.startsWith('persistent')) return clashOfFlash(cell);
  const { leastPages = 0, mostPages = 0, mostPageBytes = 0 } = CLAIM.limits;
  if (pageSize.value > mostPageBytes) {
    return `${name}: the store takes pages of ${mostPageBytes} bytes at most, not ${pageSize.value}`;
  }
  return pages < leastPages || pages > mostPages
    ? `--pages ${pages}: the store takes ${leastPages} to ${mostPages} pages`
    : clashOfFlash(cell);
}

/** Why the store cannot live on the flash of the part. */
function clashOfFlash(cell: Cell): string | undefined {
  const { part, store } = cell;
  const { unit, programsPerUnit } = part.sheet.program;
  if (programsPerUnit !== undefined && unit.value > leastProgramOf(part.sheet)) {
    const programs = `programs ${unit.value} bytes ${programsPerUnit.value} time at most between erasures`;
    return `${part.sheet.name} ${programs}: stores that write words need a buffer over it`;
  }
  const definition = storeOf(store);
  const reason = definition === undefined ? undefined : whyNot(definition, geometryOf(cell));
  return reason === undefined ? undefined : `--store ${store}: on ${part.sheet.name} it ${reason}`;
}
