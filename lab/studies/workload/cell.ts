// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One run of a study: a workload on so many pages of a part, through a board or without one.
 *
 * NON-TOCK: what a laboratory does.
 */
import type { StoreHil } from '#boards/board';
import type { Geometry } from '#libraries/store/storage';
import { STORES } from '#libraries/stores';
import type { CommandFigures } from '../../report/figures.ts';
import type { DeviceCosts } from '../framework/cost-model.ts';
import { leastProgramOf } from '#chips/silicon/part-sheet';
import type { StudyPart } from './parts.ts';

/** The stores that a workload of numeric keys runs on: every map. */
export const STUDY_STORES = STORES.filter(({ kind }) => kind === 'map').map(({ name }) => name);
/** The name of one of them. */
export type StudyStore = string;

/** End to end through app, system calls, capsule and HIL; or the store's algorithm on flash, and nothing else. */
export const LEVELS = ['board', 'storage'] as const;
/** One of the two. */
export type Level = (typeof LEVELS)[number];

/** What is run. */
export interface Cell {
  readonly part: StudyPart;
  readonly pages: number;
  readonly store: StudyStore;
  readonly level: Level;
  /** The flash interface that the store is handed; at the storage interface there is none. */
  readonly hil: StoreHil;
  /** What calls, words and erasures cost instead of the part's figures; at the storage interface only. */
  readonly costs?: DeviceCosts;
}

/** Why a run ended before its workload. */
export interface Stop {
  /** Index of the line at which it did. */
  readonly index: number;
  readonly reason: string;
}

/** What either level hands over for the figures. */
export interface Lived {
  readonly stop: Stop | undefined;
  readonly calls: number;
  readonly powerOns: number;
  readonly words: number;
  readonly erases: number;
  readonly commands: readonly CommandFigures[];
  /** Flash time of each command, where the level can tell. */
  readonly flashTimes: readonly number[] | undefined;
  /** The pages of the store at the end. */
  readonly image: Uint8Array;
  readonly pageErases: readonly number[];
}

/** The most erase cycles that the store can count. */
const MOST_ERASES = 65_535;

/** The store's region of a cell. */
export function geometryOf({ part, pages }: Cell): Geometry {
  const { pageSize, programsPerWord, erasesPerPage } = part.sheet;
  return {
    wordSize: leastProgramOf(part.sheet),
    pageSize: pageSize.value,
    numPages: pages,
    maxWordWrites: programsPerWord.value,
    maxPageErases: Math.min(erasesPerPage.value, MOST_ERASES),
  };
}
