#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The executable: the process's streams around `main`.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { writeSync } from 'node:fs';
import { fileError } from './files.ts';
import { main } from './main.ts';
import { ExitCode } from './usage-error.ts';

const STDOUT = 1;
const STDERR = 2;

/** The reader of our output went away (`| head`): what is under way is given up, in silence. */
class ReaderGone extends Error {}

/** Writes at once: a run is one long synchronous stretch, and its text must not pile up behind it. */
function write(descriptor: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      if (error.code === 'EPIPE') throw new ReaderGone();
      if (error.code !== 'EAGAIN')
        throw fileError(descriptor === STDOUT ? 'stdout' : 'stderr', error);
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2), {
    out: (text) => {
      write(STDOUT, text);
    },
    err: (text) => {
      write(STDERR, text);
    },
    interactive: process.stderr.isTTY,
  });
} catch (error) {
  if (!(error instanceof ReaderGone)) throw error;
  process.exitCode = ExitCode.OK;
}
