// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads fields of a vector file and remembers the first that is not as described.
 *
 * NON-TOCK: see vector.ts.
 */

/** What a vector says about a moment, by name; compound facts are flattened (`capacity.used`) or JSON text. */
export type Facts = Readonly<Record<string, string | number | null>>;

type MutableFacts = Record<string, string | number | null>;

/** An object of JSON, its fields not looked at. */
export type Json = Readonly<Record<string, unknown>>;

/** The first of some numbers, and the one after the last. */
export type Pair = readonly [number, number];

/** Whether a parsed value is an object and no list. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a parsed value is a whole number from 0 on. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Reads fields and remembers the first that is wrong; what it returns for a wrong one is never used. */
export class Reader {
  private problem: string | undefined;
  private place = 'file';

  /** The first thing that was wrong, as a sentence. */
  firstProblem(): string | undefined {
    return this.problem;
  }

  /** Says where what is read next stands. */
  at(place: string): this {
    this.place = place;
    return this;
  }

  refuse(what: string): void {
    this.problem ??= `${this.place}: ${what}`;
  }

  object(value: unknown, what: string): Json {
    if (isObject(value)) return value;
    this.refuse(`${what} is not an object`);
    return {};
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.refuse(`${what} is not a list`);
    return [];
  }

  count(source: Json, field: string): number {
    const value = source[field];
    if (isCount(value)) return value;
    this.refuse(`${field} is not a whole number`);
    return 0;
  }

  pair(source: Json, field: string): Pair {
    const [first, end, more] = this.list(source[field], field);
    if (isCount(first) && isCount(end) && more === undefined) return [first, end];
    this.refuse(`${field} is not two whole numbers`);
    return [0, 0];
  }

  text(source: Json, field: string): string {
    const value = source[field];
    if (typeof value === 'string') return value;
    this.refuse(`${field} is not a text`);
    return '';
  }

  hex(source: Json, field: string): Uint8Array {
    const text = this.text(source, field);
    const bytes = fromHex(text);
    if (bytes === undefined) this.refuse(`${field} is not hexadecimal`);
    return bytes ?? new Uint8Array(0);
  }
}

/** The bytes of a hexadecimal text, or undefined when it is none. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (const index of bytes.keys()) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** Bytes as lower-case hexadecimal text. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

const COUNTS = [
  'reads',
  'readBytes',
  'readCalls',
  'emptyReadCalls',
  'wordsWritten',
  'wordsChanged',
  'writeCalls',
  'erases',
  'maxWordWritesSeen',
  'storageCalls',
];
const TEXTS = [
  'result',
  'iterResult',
  'imageHash',
  'finalImageHash',
  'finalImageHex',
  'imageAfterHash',
  'imageAfterHex',
  'interruptedImageHash',
  'interruptedImageHex',
  'recoveredImageHash',
  'recoveredImageHex',
  'setupImageHash',
  'setupImageHex',
];
const LISTS = ['entries', 'finalEntries', 'setupEntries', 'pageErases'];
const RATIOS = ['capacity', 'lifetime'];

/** What an object says about a moment: the known fields that it has. */
export function facts(reader: Reader, source: Json): Facts {
  const found: MutableFacts = {};
  for (const field of COUNTS) if (field in source) found[field] = reader.count(source, field);
  for (const field of TEXTS) if (field in source) found[field] = reader.text(source, field);
  for (const field of LISTS) if (field in source) found[field] = list(reader, source, field);
  for (const field of RATIOS) if (field in source) addRatio(reader, source, field, found);
  addOptional(reader, source, found);
  return found;
}

/** The operations of which a value is the outcome; with others it is an argument. */
const READS_VALUE: ReadonlySet<unknown> = new Set(['find', 'fragread', 'fragreadrange']);

/** Fields that may be null. */
function addOptional(reader: Reader, source: Json, found: MutableFacts): void {
  const { op, value, interruptedBytes } = source;
  if (READS_VALUE.has(op) && value !== undefined) {
    found['value'] = value === null ? null : reader.text(source, 'value');
  }
  if (interruptedBytes !== undefined) {
    found['interruptedBytes'] =
      interruptedBytes === null ? null : reader.count(source, 'interruptedBytes');
  }
}

function list(reader: Reader, source: Json, field: string): string | null {
  const value = source[field];
  return value === null ? null : JSON.stringify(reader.list(value, field));
}

function addRatio(reader: Reader, source: Json, field: string, found: MutableFacts): void {
  const ratio = reader.object(source[field], field);
  found[`${field}.used`] = reader.count(ratio, 'used');
  found[`${field}.total`] = reader.count(ratio, 'total');
}
