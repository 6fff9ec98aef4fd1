// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Sums up the calls of a workload by the user's commands that make them.
 *
 * NON-TOCK: recorded use.
 */
import type { CommandFigures } from '../report/figures.ts';
import type { CheckedLine } from './workload.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Figures of all commands so far; lines of one act and one event that follow each other are one command. */
export class Commands {
  readonly figures: Mutable<CommandFigures>[] = [];
  private current: Mutable<CommandFigures> | undefined;

  /** The command of a line, to add its costs to. */
  of({ act, event }: CheckedLine): Mutable<CommandFigures> {
    if (this.current?.act !== act || this.current.event !== event) {
      this.current = { act, event, calls: 0, time: 0, syscalls: 0, words: 0, erases: 0 };
      this.figures.push(this.current);
    }
    return this.current;
  }

  /** The power was off: the next line begins another command. */
  restart(): void {
    this.current = undefined;
  }
}
