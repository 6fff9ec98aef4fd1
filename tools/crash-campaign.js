// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `npm run crash:campaign -- [MILLIONS] [SEED] [STORE]`: so many million power cuts on a store, the persistent one in flashes from
 * the smallest to the nRF52840's; prints the reports as JSON and ends with 1 when one has a violation.
 *
 * NON-TOCK: `doc/crash/persistent-10M.json` is what `npm run --silent crash:campaign -- 10 1` printed, and so with the others.
 */
import { build, isFresh } from './build.js';

const millions = Number(process.argv[2] ?? 10);
const seed = Number(process.argv[3] ?? 1);
const store = process.argv[4] ?? 'persistent';

/** The parts of a campaign on the persistent store, and how much of it each is. */
const PERSISTENT_PARTS = [
  { pageSize: 32, pages: 3, depth: 1, share: 0.2 },
  { pageSize: 64, pages: 5, depth: 1, share: 0.3 },
  { pageSize: 64, pages: 3, depth: 2, length: 30, share: 0.25 },
  { pageSize: 128, pages: 4, depth: 2, length: 30, share: 0.1 },
  { pageSize: 512, pages: 8, depth: 1, share: 0.1 },
  { pageSize: 4096, pages: 20, depth: 1, share: 0.05 },
];

if (!isFresh()) build('inherit');
const { DEFAULT_OPTIONS, explore } = await import('#lab/crash/explore');
const { storeOf } = await import('#libraries/stores');

/** The same for any other store: its own geometry, pages twice and four times as large, and cuts in recoveries. */
function partsOf(name) {
  const definition = storeOf(name);
  if (definition === undefined) throw new Error(`no store is called ${name}`);
  const { pageSize, pages } = definition.defaults;
  return [
    { pageSize, pages, depth: 1, share: 0.4 },
    { pageSize: 2 * pageSize, pages: pages + 1, depth: 1, share: 0.2 },
    { pageSize: 4 * pageSize, pages, depth: 1, share: 0.1 },
    { pageSize, pages, depth: 2, length: 30, share: 0.3 },
  ];
}

const PARTS = store === 'persistent' ? PERSISTENT_PARTS : partsOf(store);

const parts = PARTS.map(({ share, ...part }) => {
  const options = { ...DEFAULT_OPTIONS, ...part, store, seed };
  const cuts = Math.round(millions * 1e6 * share);
  const { casesPerSecond, ...report } = explore(options, { cuts });
  process.stderr.write(
    `${part.pages} x ${part.pageSize} B, depth ${part.depth}: ${report.cuts} cuts, ${casesPerSecond}/s\n`,
  );
  return { depth: part.depth, ...report };
});

const sumOf = (name) => parts.reduce((sum, part) => sum + part[name], 0);
const result = {
  command: `npm run --silent crash:campaign -- ${millions} ${seed}${store === 'persistent' ? '' : ` ${store}`}`,
  cuts: sumOf('cuts'),
  pruned: sumOf('pruned'),
  violations: sumOf('violationCount'),
  parts,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exitCode = result.violations === 0 ? 0 : 1;
