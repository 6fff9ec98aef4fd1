// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs scripts on the real board and keeps what they print.
 *
 * NON-TOCK: tests.
 */
import { boot } from '#boards/nrf52840dk/main';
import type { App, AppMain, Board, BoardOptions } from '#boards/board';
import type { Process } from '#kernel/process-standard';

/** A board whose console is kept. */
export function bench(options: BoardOptions = {}): { board: Board; text: () => string } {
  const chunks: Uint8Array[] = [];
  const board = boot({ ...options, onConsole: (bytes) => chunks.push(bytes.slice()) });
  return { board, text: () => new TextDecoder().decode(Buffer.concat(chunks)) };
}

/** What a script left behind. */
export interface Ran {
  readonly board: Board;
  readonly process: Process;
  readonly text: string;
}

/** Runs one script to its end. */
export function runApp(main: AppMain, options: BoardOptions = {}, app: Partial<App> = {}): Ran {
  const { board, text } = bench(options);
  const process = board.load({ name: 'script', main, ...app });
  board.run();
  return { board, process, text: text() };
}
