// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads a workload: JSON lines, one store call each, checked before anything runs.
 *
 * NON-TOCK: on hardware, a host sends commands. A file comes from anywhere: whatever is not as
 * `apps/workload.ts` says is refused with the number of its line.
 */
import * as v from 'valibot';
import { Err, Ok, type Result } from '#kernel/result';

/** Largest key, and longest value in bytes, of the persistent store (OpenSK's limits). */
export const LIMITS = { key: 4095, size: 1023, updates: 31 } as const;
/** Virtual time is exact for 104 days after a power-on; a segment of a workload gets 100. */
const LONGEST_SEGMENT_DAYS = 100;
const DAY_MILLISECONDS = 86_400_000;
const LONGEST_NAME = 200;

const whole = (least: number, most: number): v.GenericSchema<number> =>
  v.pipe(
    v.number(({ received }) => `must be a whole number, not ${received}`),
    v.integer(({ received }) => `must be a whole number, not ${received}`),
    v.minValue(least, ({ received }) => `must be ${least} or more, not ${received}`),
    v.maxValue(most, ({ received }) => `must be ${most} or less, not ${received}`),
  );

const words = v.pipe(
  v.string(({ received }) => `must be text, not ${received}`),
  v.minLength(1, 'must not be empty'),
  v.maxLength(LONGEST_NAME, `must be ${LONGEST_NAME} characters or shorter`),
  v.regex(/^\P{Cc}*$/u, 'must not hold control characters'),
);
const key = whole(0, LIMITS.key);
const size = whole(0, LIMITS.size);

const insert = { op: v.literal('insert'), key, size };
const remove = { op: v.literal('remove'), key };
const updates = v.pipe(
  v.array(v.variant('op', [v.strictObject(insert), v.strictObject(remove)])),
  v.maxLength(LIMITS.updates, `a transaction has at most ${LIMITS.updates} updates`),
);

const common = {
  t: whole(0, Number.MAX_SAFE_INTEGER),
  event: words,
  act: whole(1, Number.MAX_SAFE_INTEGER),
  label: v.exactOptional(words),
};

const Line = v.variant('op', [
  v.strictObject({ ...common, ...insert }),
  v.strictObject({ ...common, ...remove }),
  v.strictObject({ ...common, op: v.literal('find'), key }),
  v.strictObject({ ...common, op: v.literal('transaction'), updates }),
  v.strictObject({ ...common, op: v.literal('clear'), key }),
  v.strictObject({ ...common, op: v.literal('prepare'), words: whole(0, 65535) }),
  v.strictObject({ ...common, op: v.literal('boot') }),
  v.strictObject({
    ...common,
    op: v.literal('iterate'),
    from: v.exactOptional(whole(0, LIMITS.key + 1)),
    to: v.exactOptional(whole(0, LIMITS.key + 1)),
  }),
]);

/** One store call of a workload, as it was checked. */
export type CheckedLine = v.InferOutput<typeof Line> & {
  /** Its line in a file in which that is not its number among the calls. */
  readonly row?: number;
};

/** What the lines before say about the next one. */
interface Course {
  readonly previous: CheckedLine | undefined;
  /** Whether the file labels its actions. */
  readonly labelled: boolean;
  /** Whether the file holds reading calls: then no action is without a line. */
  readonly complete: boolean;
  /** When the power came on last, ms. */
  readonly powerOn: number;
}

/** Fills in what a line may leave out, given its index; the result is checked. */
export type Completion = (value: unknown, index: number) => unknown;

/** Parses a workload; the error is one sentence that begins with the line's number. */
export function parseWorkload(
  text: string,
  complete: Completion = (value) => value,
): Result<readonly CheckedLine[], string> {
  const rows = rowsOf(text);
  if (rows.length === 0) return Err('the workload is empty');
  const lines: CheckedLine[] = [];
  for (const [index, row] of rows.entries()) {
    const line = parseLine(row, (value) => complete(value, index));
    if (!line.ok) return Err(`line ${index + 1}: ${line.error}`);
    lines.push(line.value);
  }
  return checkCourse(lines);
}

/** The lines of a text, whatever ends them; the last may have no end. */
export function rowsOf(text: string): string[] {
  const rows = text.split(/\r\n|\n|\r/);
  if (rows.at(-1) === '') rows.pop();
  return rows;
}

function parseLine(
  row: string,
  complete: (value: unknown) => unknown,
): Result<CheckedLine, string> {
  if (row.trim() === '') return Err('the line is empty');
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch {
    return Err('not JSON');
  }
  return checkLine(complete(value));
}

/** Checks one line by itself. */
export function checkLine(value: unknown): Result<CheckedLine, string> {
  if (Array.isArray(value)) return Err('must be an object, not a list');
  const parsed = v.safeParse(Line, value);
  if (parsed.success) return Ok(parsed.output);
  return Err(describeIssue(parsed.issues[0]));
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? '';
  if (place === '') return `must be an object, not ${issue.received}`;
  if (issue.type === 'strict_object') {
    return issue.expected === 'never' ? `unknown field "${place}"` : `"${place}" is missing`;
  }
  if (issue.type === 'variant') {
    return issue.received === 'undefined'
      ? `"${place}" is missing`
      : `unknown ${place} ${issue.received}`;
  }
  return `"${place}" ${issue.message}`;
}

/** Checks each line against those before it. */
export function checkCourse(lines: readonly CheckedLine[]): Result<readonly CheckedLine[], string> {
  const labelled = lines[0]?.label !== undefined;
  const complete = lines.some(({ op }) => op === 'find' || op === 'iterate');
  let previous: CheckedLine | undefined;
  let powerOn = lines[0]?.t ?? 0;
  for (const [index, line] of lines.entries()) {
    if (line.op === 'boot') powerOn = line.t;
    const wrong = follows(line, { previous, labelled, complete, powerOn });
    if (wrong !== undefined) return Err(`line ${line.row ?? index + 1}: ${wrong}`);
    previous = line;
  }
  return Ok(lines);
}

function follows(line: CheckedLine, course: Course): string | undefined {
  return clashOfTime(line, course) ?? clashOfActions(line, course) ?? clashOfRange(line);
}

function clashOfTime({ t }: CheckedLine, { previous, powerOn }: Course): string | undefined {
  if (previous !== undefined && t < previous.t) {
    return `time runs backwards: "t" is ${t} after ${previous.t}`;
  }
  if (t - powerOn > LONGEST_SEGMENT_DAYS * DAY_MILLISECONDS) {
    return `more than ${LONGEST_SEGMENT_DAYS} days without a "boot": virtual time is not exact for longer`;
  }
  return undefined;
}

function clashOfActions({ act, label }: CheckedLine, course: Course): string | undefined {
  const last = course.previous?.act ?? 0;
  if (act === last) return undefined;
  if (act < last) return `"act" is ${act} after ${last}: lines are out of order`;
  if (course.labelled && label === undefined) {
    return `act ${act} begins without its "label": a line is missing before it`;
  }
  if (course.complete && act > last + 1) {
    const missing = act === last + 2 ? `act ${last + 1} is` : `acts ${last + 1} to ${act - 1} are`;
    return `${missing} missing`;
  }
  return undefined;
}

function clashOfRange(line: CheckedLine): string | undefined {
  if (line.op === 'transaction') {
    const keys = line.updates.map((update) => update.key);
    const twice = keys.find((candidate, index) => keys.indexOf(candidate) !== index);
    return twice === undefined ? undefined : `key ${twice} stands twice in one transaction`;
  }
  if (line.op !== 'iterate') return undefined;
  const { from, to } = line;
  if ((from === undefined) !== (to === undefined)) {
    return `"${from === undefined ? 'from' : 'to'}" is missing`;
  }
  return from !== undefined && to !== undefined && from > to
    ? `"from" ${from} is past "to" ${to}`
    : undefined;
}
