// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A user's own device: reads what was measured there, and fits the costs that are not known.
 *
 * NON-TOCK. The measured operations are those of OpenSK's latency example (`store-latency.ts`), so that what they
 * ask of the flash is known by counting. A file comes from anywhere: what is wrong with it is one sentence.
 */
import * as v from 'valibot';
import { Err, Ok, type Result } from '#kernel/result';
import { checkJson, decimal, oneOf, powerOfTwo, whole, words } from './checked-json.ts';
import { virtualCapacity } from './closed-forms.ts';
import { COST_NAMES, type CostModel } from './cost-model.ts';
import { cost } from './costs-file.ts';
import { fit, type Fit, type Observation } from './fit.ts';
import { lineOf } from './json-place.ts';
import { LATENCY_OPERATIONS, storeLatency } from './store-latency.ts';

const LONGEST_WORDS = 255;
const LONGEST_MS = 3_600_000;
const MOST_MEASUREMENTS = 1000;

const milliseconds = decimal({ least: 1e-6, most: LONGEST_MS, unit: 'milliseconds' });

const CalibrationFile = v.strictObject({
  device: v.exactOptional(words),
  store: v.strictObject({
    pages: whole({ least: 3, most: 64, unit: 'pages' }),
    pageSize: powerOfTwo({ least: 512, most: 4096, unit: 'bytes' }),
  }),
  fixed: v.strictObject({
    readCalls: v.exactOptional(cost),
    deadEntries: v.exactOptional(cost),
    wordsWritten: v.exactOptional(cost),
    writeCalls: v.exactOptional(cost),
    erases: v.exactOptional(cost),
  }),
  free: v.pipe(
    v.array(oneOf(COST_NAMES), 'must be a list'),
    v.minLength(1, 'must name one cost or more'),
    v.check((names) => new Set(names).size === names.length, 'names a cost twice'),
  ),
  measurements: v.pipe(
    v.array(
      v.strictObject({
        operation: oneOf(LATENCY_OPERATIONS),
        words: whole({ least: 1, most: LONGEST_WORDS, unit: 'words' }),
        keys: oneOf(['distinct', 'same']),
        milliseconds,
      }),
      'must be a list',
    ),
    v.maxLength(MOST_MEASUREMENTS, `has at most ${MOST_MEASUREMENTS} entries`),
  ),
});

/** What a user measured. */
export type Calibration = v.InferOutput<typeof CalibrationFile>;

/** Reads a file's text; the error is one sentence that names the line. */
export function parseCalibration(text: string): Result<Calibration, string> {
  const checked = checkJson(text, CalibrationFile);
  if (!checked.ok) return checked;
  const found = clashOf(checked.value);
  return found === undefined ? checked : Err(`line ${lineOf(text, found[0])}: ${found[1]}`);
}

/**
 * What contradicts itself, and how: a cost is either fixed or free; the store must be one that has a key for each
 * entry.
 */
function clashOf({ fixed, free, measurements, store }: Calibration): [string, string] | undefined {
  const both = free.find((name) => fixed[name] !== undefined);
  if (both !== undefined) return [`fixed.${both}`, `"${both}" is both fixed and free`];
  const neither = COST_NAMES.find((name) => fixed[name] === undefined && !free.includes(name));
  if (neither !== undefined) return ['free', `"${neither}" is neither fixed nor free`];
  const most = longestWords(store);
  const tooLong = measurements.findIndex((each) => each.words > most);
  if (tooLong >= 0) {
    const place = `measurements.${tooLong}.words`;
    const found = measurements[tooLong]?.words ?? 0;
    const { pages, pageSize } = store;
    const where = `in a store of ${pages} pages of ${pageSize} B`;
    return [place, `"${place}" must be ${most} or less ${where}, not ${found}`];
  }
  const words = (store.pages * store.pageSize) / 4;
  const tooMany = measurements.findIndex(
    (each) => each.keys === 'distinct' && words / (each.words + 1) > MOST_KEYS,
  );
  if (tooMany < 0) return undefined;
  const place = `measurements.${tooMany}`;
  return [place, `"${place}": the store has ${MOST_KEYS} keys, too few to fill it so`];
}

/** A value lies on one page, and the store has room for one such entry at least. */
function longestWords({ pages, pageSize }: Calibration['store']): number {
  const onPage = pageSize / 4 - 3;
  const longest = Math.min(onPage, LONGEST_WORDS + 1);
  const room = virtualCapacity({ pages, pageSize, endurance: 1 }, longest) - 1;
  return Math.min(onPage, room, LONGEST_WORDS);
}

const MOST_KEYS = 4096;
const NOTHING: CostModel = {
  readCalls: 0,
  deadEntries: 0,
  wordsWritten: 0,
  writeCalls: 0,
  erases: 0,
};

/** Fits the free costs; the error is one sentence. */
export function calibrate({ store, fixed, free, measurements }: Calibration): Result<Fit, string> {
  const scenarios = new Map<string, ReturnType<typeof storeLatency>>();
  const observations = measurements.map((each): Observation => {
    const { operation, words, keys, milliseconds } = each;
    const scenario = `${words} ${keys}`;
    const latencies = scenarios.get(scenario) ?? storeLatency({ ...store, words, keys });
    scenarios.set(scenario, latencies);
    const { counts } = latencies[operation];
    const name = `${operation}, ${words} ${words === 1 ? 'word' : 'words'}, ${keys} keys`;
    return { name, counts, microseconds: 1e3 * milliseconds };
  });
  const found = fit(observations, { ...NOTHING, ...fixed }, free);
  return typeof found === 'string' ? Err(found) : Ok(found);
}
