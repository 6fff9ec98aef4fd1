// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Makes a workload from a description: how often, which keys, how long the values, how much is deleted.
 *
 * NON-TOCK: made-up use. Keys are drawn by Zipf's law: the r-th of them with a weight of 1 / r^zipf.
 */
import * as v from 'valibot';
import { Random } from '#kernel/random';
import { Err, type Result } from '#kernel/result';
import { checkCourse, LIMITS, type CheckedLine } from '../../run/workload.ts';
import { checkJson, decimal, whole } from '../framework/checked-json.ts';
import { lineOf } from '../framework/json-place.ts';

const DAY = 86_400_000;
const share = decimal({ least: 0, most: 1, unit: 'the calls' }, 'a share');
const KEYS = LIMITS.key + 1;

/** Every field with its range: the documentation lists the same ones. */
const Description = v.strictObject({
  seed: v.exactOptional(whole({ least: 0, most: 2 ** 32 - 1 }), 0),
  calls: whole({ least: 1, most: 1_000_000, unit: 'calls' }),
  intervalMilliseconds: whole({ least: 0, most: 10 * DAY, unit: 'milliseconds' }),
  bootEveryMilliseconds: v.exactOptional(
    whole({ least: 1000, most: 90 * DAY, unit: 'milliseconds' }),
    DAY,
  ),
  keys: v.strictObject({
    first: v.exactOptional(whole({ least: 0, most: LIMITS.key, unit: 'keys' }), 0),
    count: whole({ least: 1, most: KEYS, unit: 'keys' }),
    zipf: v.exactOptional(decimal({ least: 0, most: 10 }), 0),
  }),
  sizes: v.strictObject({
    least: whole({ least: 0, most: LIMITS.size, unit: 'bytes' }),
    most: whole({ least: 0, most: LIMITS.size, unit: 'bytes' }),
  }),
  deletes: v.exactOptional(share, 0),
  finds: v.exactOptional(share, 0),
  batches: v.exactOptional(
    v.strictObject({
      share,
      updates: whole({ least: 2, most: LIMITS.updates, unit: 'updates' }),
    }),
  ),
});
type Description = v.InferOutput<typeof Description>;

/** Makes the workload that a JSON text describes; the error names the line of the field. */
export function parseDescription(text: string): Result<readonly CheckedLine[], string> {
  const checked = checkJson(text, Description);
  if (!checked.ok) return checked;
  const clash = clashOf(checked.value);
  if (clash !== undefined) return Err(`line ${lineOf(text, clash[0])}: "${clash[0]}" ${clash[1]}`);
  return checkCourse(generate(checked.value));
}

/** Fields that contradict each other: which, and how. */
function clashOf(description: Description): readonly [string, string] | undefined {
  const { keys, sizes, deletes, finds, batches } = description;
  if (keys.first + keys.count > KEYS) {
    return ['keys.count', `goes past the last key: ${keys.first} + ${keys.count} > ${KEYS}`];
  }
  if (sizes.most < sizes.least) {
    return ['sizes.most', `${sizes.most} is less than "sizes.least" ${sizes.least}`];
  }
  if (batches !== undefined && batches.updates > keys.count) {
    return ['batches.updates', `${batches.updates} is more than the ${keys.count} keys`];
  }
  const sum = deletes + finds + (batches?.share ?? 0);
  return sum > 1 + ROUNDING
    ? ['deletes', `and "finds" and "batches.share" make ${sum.toFixed(3)}, more than 1`]
    : undefined;
}

/** How far the sum of shares in decimals may be off. */
const ROUNDING = 1e-9;

/** The calls one by one: time, then kind, key and size from one stream of chance. */
function generate(description: Description): CheckedLine[] {
  const { calls, intervalMilliseconds, bootEveryMilliseconds, seed } = description;
  const random = new Random(seed);
  const draw = drawing(description, random);
  const lines: CheckedLine[] = [];
  let boot = 0;
  for (let call = 0; call < calls; call++) {
    const t = call * intervalMilliseconds;
    if (t - boot >= bootEveryMilliseconds) {
      boot = t;
      lines.push({ t, event: 'boot', act: lines.length + 1, op: 'boot' });
    }
    const drawn = draw();
    lines.push({ t, event: drawn.op, act: lines.length + 1, ...drawn });
  }
  return lines;
}

type Call =
  Extract<
    CheckedLine,
    { readonly op: 'insert' | 'remove' | 'find' | 'transaction' }
  > extends infer Line
    ? Line extends unknown
      ? Omit<Line, 't' | 'event' | 'act' | 'label'>
      : never
    : never;

function drawing(description: Description, random: Random): () => Call {
  const { sizes, deletes, finds, batches } = description;
  const key = zipfKeys(description.keys, random);
  const size = (): number => sizes.least + random.below(sizes.most - sizes.least + 1);
  return () => {
    const chance = random.u32() / 2 ** 32;
    if (chance < deletes) return { op: 'remove', key: key() };
    if (chance < deletes + finds) return { op: 'find', key: key() };
    if (batches === undefined || chance >= deletes + finds + batches.share) {
      return { op: 'insert', key: key(), size: size() };
    }
    const keys = distinct(batches.updates, key, description.keys);
    const updates = keys.map((each) => ({ op: 'insert' as const, key: each, size: size() }));
    return { op: 'transaction', updates };
  };
}

/** So many keys, none twice: one that was drawn already gives way to the next that was not. */
function distinct(
  many: number,
  draw: () => number,
  { first, count }: Description['keys'],
): number[] {
  const keys = new Set<number>();
  while (keys.size < many) {
    let key = draw();
    while (keys.has(key)) key = first + ((key - first + 1) % count);
    keys.add(key);
  }
  return [...keys];
}

/** Weights are whole numbers, so that the last bit of a power decides nothing. */
const WEIGHT = 2 ** 31;

function zipfKeys({ first, count, zipf }: Description['keys'], random: Random): () => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) {
    sum += Math.max(1, Math.round(WEIGHT / rank ** zipf));
    sums.push(sum);
  }
  return () => {
    const at = Math.floor((random.u32() / 2 ** 32) * sum);
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    return first + low;
  };
}
