// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A command line for tests: what it printed, what it ended with, and a folder to write to.
 *
 * NON-TOCK.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '#cli/main';

/** What a command line did. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function tocksim(...args: string[]): Promise<Ended> {
  const chunks: Uint8Array[] = [];
  let err = '';
  const code = await main(args, {
    out: (text) => {
      chunks.push(typeof text === 'string' ? new TextEncoder().encode(text) : text.slice());
    },
    err: (text) => {
      err += text;
    },
    interactive: false,
  });
  return { code, out: new TextDecoder().decode(Buffer.concat(chunks)), err };
}

/** A folder of its own for each test of a suite; gone afterwards. */
export function scratch(): {
  path: (name: string) => string;
  write: (name: string, content: string | Uint8Array) => string;
  read: (name: string) => string;
  list: () => string[];
} {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocksim-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, content) => {
      writeFileSync(path(name), content);
      return path(name);
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    list: () => readdirSync(folder).sort(),
  };
}
