// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs the command line from a checkout: builds first when `dist` is older than the sources.
 *
 * NON-TOCK: an installed package starts `dist/cli/tocksim.js` itself.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, isFresh } from './build.js';
import { ROOT } from './sources.js';

/** What the compiler says goes to stderr: stdout is for results. */
const MESSAGES_TO_STDERR = ['ignore', 2, 2];

if (isFresh() || build(MESSAGES_TO_STDERR) === 0) {
  process.argv[1] = join(ROOT, 'dist/cli/tocksim.js');
  await import(pathToFileURL(process.argv[1]).href);
} else {
  process.stderr.write('tocksim: the sources do not compile; see above\n');
  process.exitCode = 2;
}
