// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The version of the package. NON-TOCK: the simulator's own command line. */
import { readFileSync } from 'node:fs';

/** As `package.json` says it; this file is compiled to `dist/cli`. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
