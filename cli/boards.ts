// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The boards as the command line sees them.
 *
 * NON-TOCK: the choice of a board is a directory of Tock, not data.
 */
import type { Profile } from '#kernel/profile';
import type { Trace } from '#kernel/trace';
import type { Machine } from '#lab/run/machine';

/** The cells of a part; the board knows more about it. */
export interface Cells {
  /** The whole part's bytes. */
  dump(): Uint8Array;
}

/** A process's entry point; what runs it knows more about it. */
export type Main = (tock: unknown) => Generator<unknown, unknown, unknown>;

/** What the command line asks of a board. */
export interface BoardOptions {
  readonly profile?: Profile;
  readonly trace?: Trace;
  /** Cells from an earlier power-on, or an image of them. */
  readonly flash?: Cells;
  readonly epochMilliseconds?: number;
  readonly hil?: Hil;
  readonly storePages?: number;
  readonly seed?: number;
  readonly onConsole?: (bytes: Uint8Array) => void;
}

/** Which flash interface the store driver is handed. */
export type Hil = (typeof HILS)[number];
/** All of them, by the names to type. */
export const HILS = ['byte', 'blocking'] as const;

/** A board that can be chosen. */
export interface BoardEntry {
  readonly description: string;
  /** Bytes of its flash: the size of an image. */
  readonly flashSize: number;
  readonly storePagesMost: number;
  /** A part that holds an image of `flashSize` bytes. */
  part(image: Uint8Array): Cells;
  boot(options: BoardOptions): Machine<Cells, Main>;
}

/** Every board by name. */
export const BOARDS: Readonly<Record<string, BoardEntry>> = {};
