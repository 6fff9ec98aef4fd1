// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What running a board from outside needs of it: an interface that every board fits.
 *
 * NON-TOCK: Tock's boards are started by a reset.
 */
import type { RunOutcome } from '#kernel/kernel';
import type { ProcessState } from '#kernel/process';
import type { Nanoseconds } from '#kernel/time';

/** A process as it is looked at from outside. */
export interface Running {
  readonly name: string;
  readonly state: ProcessState;
  readonly completionCode: number | undefined;
  readonly faultReason: string | undefined;
  readonly syscallCount: number;
  readonly restartCount: number;
  readonly droppedUpcallCount: number;
  /** What executes it; one that runs scripts keeps what they threw in `thrown`. */
  readonly boundary?: object;
}

/** What the board's flash was asked to do since this power-on. */
export interface FlashStatistics {
  readonly readCalls: number;
  readonly wordsWritten: number;
  readonly erases: number;
}

/** An app as a board loads it. */
export interface Loadable<Main> {
  readonly name: string;
  readonly main: Main;
  /** Handed to the app as `tock.args`. */
  readonly args?: unknown;
}

/** A board that is powered on. */
export interface Machine<Flash, Main> {
  readonly kernel: { stop(): void };
  readonly clock: { readonly now: Nanoseconds; readonly epochMilliseconds: number };
  /** The cells: handed to the next power-on they are as this one left them. */
  readonly flash: Flash;
  statistics(): FlashStatistics;
  load(app: Loadable<Main>): Running;
  /** Runs until no process is active, nothing can happen any more, or an instant. */
  run(until?: Nanoseconds): RunOutcome;
}
