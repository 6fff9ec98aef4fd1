// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A user's own device: reads what was measured there, and fits the costs that are not known.
 *
 * NON-TOCK. The measured operations are those of OpenSK's latency example (`store-latency.ts`), so that what they
 * ask of the flash is known by counting. A file comes from anywhere: what is wrong with it is one sentence.
 */
import * as v from 'valibot';
import { Err, Ok, type Result } from '#kernel/result';
import { COST_NAMES, type CostModel } from './cost-model.ts';
import { fit, type Fit, type Observation } from './fit.ts';
import { LATENCY_OPERATIONS, storeLatency } from './store-latency.ts';

const LONGEST_WORDS = 255;
const LONGEST_MS = 3_600_000;
const DEAREST_US = 60_000_000;
const MOST_MEASUREMENTS = 1000;

const within = (least: number, most: number, unit: string): v.GenericSchema<number> => {
  const message = `must be a number from ${least} to ${most}${unit}`;
  return v.pipe(v.number(message), v.minValue(least, message), v.maxValue(most, message));
};
const whole = (least: number, most: number): v.GenericSchema<number> =>
  v.pipe(within(least, most, ''), v.integer(`must be a whole number from ${least} to ${most}`));
const oneOf = <const Names extends readonly [string, ...string[]]>(
  names: Names,
): v.PicklistSchema<Names, string> => v.picklist(names, `must be one of ${names.join(', ')}`);

const cost = within(0, DEAREST_US, ' µs');

const CalibrationFile = v.strictObject({
  device: v.exactOptional(v.string('must be text')),
  store: v.strictObject({
    pages: whole(3, 64),
    pageSize: v.pipe(
      whole(512, 4096),
      v.check((size) => Number.isInteger(Math.log2(size)), 'must be a power of two'),
    ),
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
        words: whole(1, LONGEST_WORDS),
        keys: oneOf(['distinct', 'same']),
        milliseconds: within(1e-6, LONGEST_MS, ' ms'),
      }),
      'must be a list',
    ),
    v.maxLength(MOST_MEASUREMENTS, `has at most ${MOST_MEASUREMENTS} entries`),
  ),
});

/** What a user measured. */
export type Calibration = v.InferOutput<typeof CalibrationFile>;

/** Reads a file's text; the error is one sentence that names the place. */
export function parseCalibration(text: string): Result<Calibration, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return Err('not JSON');
  }
  const parsed = v.safeParse(CalibrationFile, value);
  if (!parsed.success) return Err(describe(parsed.issues[0]));
  return clash(parsed.output);
}

function describe(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? '';
  if (issue.type === 'strict_object') {
    if (issue.expected === 'never') return `unknown field "${place}"`;
    return place === '' || issue.received !== 'undefined'
      ? `${place === '' ? 'the file' : `"${place}"`} must be an object`
      : `"${place}" is missing`;
  }
  return `"${place}" ${issue.message}, not ${issue.received}`;
}

/** A cost is either fixed or free; the store must be one that has a key for each entry. */
function clash(calibration: Calibration): Result<Calibration, string> {
  const { fixed, free, measurements, store } = calibration;
  const both = free.find((name) => fixed[name] !== undefined);
  if (both !== undefined) return Err(`"${both}" is both fixed and free`);
  const neither = COST_NAMES.find((name) => fixed[name] === undefined && !free.includes(name));
  if (neither !== undefined) return Err(`"${neither}" is neither fixed nor free`);
  const words = (store.pages * store.pageSize) / 4;
  const tooMany = measurements.findIndex(
    (each) => each.keys === 'distinct' && words / (each.words + 1) > MOST_KEYS,
  );
  if (tooMany >= 0) {
    return Err(`"measurements.${tooMany}": the store has ${MOST_KEYS} keys, too few to fill it so`);
  }
  return Ok(calibration);
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
  const observations = measurements.map((each): Observation => {
    const { operation, words, keys, milliseconds } = each;
    const { counts } = storeLatency({ ...store, words, keys })[operation];
    const name = `${operation}, ${words} words, ${keys} keys`;
    return { name, counts, microseconds: 1e3 * milliseconds };
  });
  const found = fit(observations, { ...NOTHING, ...fixed }, free);
  return typeof found === 'string' ? Err(found) : Ok(found);
}
