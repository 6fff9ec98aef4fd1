// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bad use or bad input: one line for the user, exit code 2, no stack trace.
 *
 * NON-TOCK: the simulator's own command line.
 */

/** Thrown anywhere below a command; `main` prints its message behind `tocksim: `. */
export class UsageError extends Error {}

/** Exit codes: fine; the work found something; bad use or input. */
export const ExitCode = { OK: 0, FOUND: 1, USAGE: 2 } as const;
/** One of the codes with which the command line ends. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
