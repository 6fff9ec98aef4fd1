// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Checks a user's JSON file against a schema: one sentence with the line, the field, its unit and its range.
 *
 * NON-TOCK: the user's files.
 */
import * as v from 'valibot';
import { Err, Ok, type Result } from '#kernel/result';
import { lineOf, parseJson } from './json-place.ts';

/** The file as it was checked; the error begins with the line's number. */
export function checkJson<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
): Result<v.InferOutput<Schema>, string> {
  const value = parseJson(text);
  if (!value.ok) return value;
  if (Array.isArray(value.value)) return Err('line 1: must be an object, not a list');
  const parsed = v.safeParse(schema, value.value);
  if (parsed.success) return Ok(parsed.output);
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? '';
  return Err(`line ${lineOf(text, path)}: ${describe(issue, path)}`);
}

function describe(issue: v.BaseIssue<unknown>, path: string): string {
  if (path === '') return `must be an object, not ${issue.received}`;
  if (issue.type === 'strict_object') {
    return issue.expected === 'never' ? `unknown field "${path}"` : `"${path}" is missing`;
  }
  return `"${path}" ${issue.message}`;
}

/** What a number of a file may be. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** What it counts: `bytes`, `microseconds`; absent: nothing. */
  readonly unit?: string;
}

/** A whole number in a range. */
export function whole(range: Range): v.GenericSchema<number> {
  const message = refusal('a whole number', range);
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(range.least, message),
    v.maxValue(range.most, message),
  );
}

/** A number in a range. */
export function decimal(range: Range, what = 'a number'): v.GenericSchema<number> {
  const message = refusal(what, range);
  return v.pipe(
    v.number(message),
    v.minValue(range.least, message),
    v.maxValue(range.most, message),
  );
}

/** A power of two in a range. */
export function powerOfTwo(range: Range): v.GenericSchema<number> {
  const message = refusal('a power of two', range);
  return v.pipe(
    whole(range),
    v.check((value) => Number.isInteger(Math.log2(value)), message),
  );
}

/** One of some names. */
export function oneOf<const Names extends readonly [string, ...string[]]>(
  names: Names,
): v.GenericSchema<Names[number]> {
  return v.picklist(names, ({ received }) => `must be one of ${names.join(', ')}, not ${received}`);
}

/** Characters of a name. */
export const LONGEST_NAME = 60;

/** Text that is not empty. */
export const words: v.GenericSchema<string> = v.pipe(
  v.string(({ received }) => `must be text, not ${received}`),
  v.minLength(1, 'must not be empty'),
  v.maxLength(LONGEST_NAME, `must be ${LONGEST_NAME} characters or shorter`),
  v.regex(/^\P{Cc}*$/u, 'must not hold control characters'),
);

function refusal(what: string, { least, most, unit }: Range) {
  const counted = unit === undefined ? '' : ` of ${unit}`;
  const expected = `must be ${what}${counted} from ${least} to ${most}`;
  return ({ received }: { readonly received: string }): string => `${expected}, not ${received}`;
}
