// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One story of power cuts, as data: all that it takes to see it again.
 *
 * NON-TOCK: what the laboratory finds, shrinks, saves and replays.
 */
import * as v from 'valibot';
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { PartBehaviour } from '#libraries/store/claim';
import { isBitSet, type BitSet } from './cut-model.ts';
import { ALL_BEHAVIOURS } from './parts.ts';
import type { Geometry, Operation } from './store-adapter.ts';
import { ALL_VERDICTS, type Verdict } from './verdict.ts';

/** A loss of power in a program or erase: after so many of them went through, with these bits moved. */
export interface CutPoint {
  /** Programs and erases, since the operation or recovery began, that went through. */
  readonly call: number;
  readonly bits: BitSet;
  /** The power stayed: the flash reported a failure, and the store was booted again. */
  readonly reported?: boolean;
  /** Bits of the flash that flip besides, by number from its begin: before the recovery, and after it, before one more. */
  readonly before?: readonly number[];
  readonly after?: readonly number[];
  /** The bits that had not moved yet read at random from this seed, until their words are written. */
  readonly unstable?: number;
}

/** The cuts at one operation: the first in it, each further one in the recovery from the one before. */
export interface CutChain {
  /** Index of the operation. */
  readonly operation: number;
  readonly cuts: readonly CutPoint[];
}

/** A story: a new store, operations, and cuts at some of them. Every chain ends with a recovery that completes. */
export interface CrashCase {
  /** Name of the store's adapter. */
  readonly store: string;
  readonly geometry: Geometry;
  /** What the flash holds at first, hexadecimal; default: it is blank. A store may refuse to boot on it. */
  readonly image?: string;
  /** What the part does besides losing its power. */
  readonly behaviours: readonly PartBehaviour[];
  readonly badPages?: readonly number[];
  readonly operations: readonly Operation[];
  /** In the order of operations, at most one chain each. An operation that was cut is not done again. */
  readonly chains: readonly CutChain[];
  /** What it shows at its end. */
  readonly verdict: Verdict;
  /** The same in words. */
  readonly sentence: string;
}

/** A case as one line of JSON: its replay line. Values are hexadecimal. */
export function caseToText(crashCase: CrashCase): string {
  return JSON.stringify(crashCase, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
}

const MOST_FLASH_BYTES = 1 << 20;
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const size = v.pipe(count, v.minValue(1), v.maxValue(MOST_FLASH_BYTES));
const hexadecimal = v.pipe(
  v.string(),
  v.regex(/^([0-9a-f]{2})*$/, 'bytes are in lower-case hexadecimal'),
);
const value = v.pipe(
  hexadecimal,
  v.transform((text) => new Uint8Array(Buffer.from(text, 'hex'))),
);
const update = v.variant('op', [
  v.strictObject({ op: v.literal('insert'), key: count, value }),
  v.strictObject({ op: v.literal('remove'), key: count }),
]);

/** An operation as it stands in JSON. */
export const OPERATION_SCHEMA = v.variant('op', [
  v.strictObject({ op: v.literal('insert'), key: count, value }),
  v.strictObject({ op: v.literal('remove'), key: count }),
  v.strictObject({ op: v.literal('removehandle'), key: count }),
  v.strictObject({ op: v.literal('transaction'), updates: v.array(update) }),
  v.strictObject({ op: v.literal('clear'), minKey: count }),
  v.strictObject({ op: v.literal('prepare'), length: count }),
  v.strictObject({ op: v.literal('collect') }),
  v.strictObject({ op: v.literal('append'), value }),
  v.strictObject({ op: v.literal('pop') }),
  v.strictObject({ op: v.literal('sync') }),
  v.strictObject({ op: v.literal('write'), address: count, value }),
  v.strictObject({ op: v.literal('erase') }),
]);

const bits = v.pipe(v.string(), v.check(isBitSet, 'no such set of bits'));

const cutPoint = v.strictObject({
  call: count,
  bits,
  reported: v.exactOptional(v.boolean()),
  before: v.exactOptional(v.array(count)),
  after: v.exactOptional(v.array(count)),
  unstable: v.exactOptional(count),
});

const CASE_SCHEMA = v.strictObject({
  store: v.string(),
  geometry: v.pipe(
    v.strictObject({
      wordSize: v.literal(4),
      pageSize: v.pipe(size, v.multipleOf(4)),
      numPages: size,
      maxWordWrites: count,
      maxPageErases: count,
    }),
    v.check(
      ({ pageSize, numPages }) => pageSize * numPages <= MOST_FLASH_BYTES,
      'the flash is larger than 1 MiB',
    ),
  ),
  image: v.exactOptional(hexadecimal),
  behaviours: v.optional(v.array(v.picklist(ALL_BEHAVIOURS)), []),
  badPages: v.exactOptional(v.array(count)),
  operations: v.array(OPERATION_SCHEMA),
  chains: v.array(
    v.strictObject({
      operation: count,
      cuts: v.pipe(v.array(cutPoint), v.minLength(1)),
    }),
  ),
  verdict: v.optional(v.picklist(ALL_VERDICTS), 'OLD'),
  sentence: v.optional(v.string(), ''),
});

/** The case that a replay line or a file holds; a sentence when it holds none. */
export function caseFromText(text: string): Result<CrashCase, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return Err('a case is one object in JSON');
  }
  const checked = v.safeParse(CASE_SCHEMA, json);
  if (!checked.success) return Err(describe(checked.issues[0]));
  const { operations, chains, geometry, image } = checked.output;
  if (image !== undefined && image.length !== 2 * geometry.pageSize * geometry.numPages) {
    return Err('image: holds as many bytes as the pages');
  }
  const isOrdered = chains.every(
    ({ operation }, nth) =>
      operation < operations.length && operation > (chains[nth - 1]?.operation ?? -1),
  );
  return isOrdered ? Ok(checked.output) : Err('chains name operations, in their order');
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
