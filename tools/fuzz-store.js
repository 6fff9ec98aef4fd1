// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `node tools/fuzz-store.js [seconds] [seed]`: random runs of the persistent store against its specification.
 *
 * NON-TOCK: plays the part of OpenSK's fuzz targets. Prints the first violation with the run as JSON, and ends with 1.
 */
import { performance } from 'node:perf_hooks';
import { build, isFresh } from './build.js';

const seconds = Number(process.argv[2] ?? 60);
const first = Number(process.argv[3] ?? 1);

if (!isFresh()) build();
const { noCounts, randomlyDrive } = await import('#libraries/persistent-store/campaign');

const counts = noCounts();
const end = performance.now() + seconds * 1000;
let seed = first;
let violation;
for (; violation === undefined && performance.now() < end; seed++) {
  violation = randomlyDrive(seed, { steps: 100 }, counts);
}
console.log(`seeds ${first} to ${seed - 1}: ${JSON.stringify(counts)}`);
if (violation !== undefined) {
  console.log(`seed ${seed - 1}: ${violation.sentence}\n${violation.replay}`);
  process.exitCode = 1;
}
