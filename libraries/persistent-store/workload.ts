// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Workloads of the store: recorded calls, one a line, and the values they write.
 *
 * NON-TOCK: the calls a FIDO security key makes (data/workloads), replayed at once or by an app.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { Steps } from './storage.ts';
import type { Store, StoreError, Update } from './store.ts';

/** An update of a recorded transaction: a value is only known by its size, bytes. */
export type WorkloadUpdate =
  | { readonly op: 'insert'; readonly key: number; readonly size: number }
  | { readonly op: 'remove'; readonly key: number };

/** One call of the store. `boot` is a power cycle, which is the caller's to do. */
export type WorkloadCall =
  | WorkloadUpdate
  | { readonly op: 'find' | 'clear'; readonly key: number }
  | { readonly op: 'transaction'; readonly updates: readonly WorkloadUpdate[] }
  | { readonly op: 'prepare'; readonly words: number }
  /** A walk over all entries, reading the values of keys in [from, to). */
  | { readonly op: 'iterate'; readonly from: number; readonly to: number }
  | { readonly op: 'boot' };

/** A line: the call, its earliest start in virtual milliseconds, and the user's action it belongs to. */
export type WorkloadLine = WorkloadCall & {
  readonly t: number;
  readonly act: number;
  readonly label?: string;
};

/** The bytes of the `n`-th value (from 0) written under a key: an xorshift32 stream, its top byte each. */
export function payload(key: number, n: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let x = ((key << 16) ^ n) + 1;
  for (let index = 0; index < size; index++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[index] = x >>> 24;
  }
  return bytes;
}

/** The values of a workload in order: counts how many each key had. */
export class Payloads {
  private readonly written = new Map<number, number>();

  next(key: number, size: number): Uint8Array {
    const n = this.written.get(key) ?? 0;
    this.written.set(key, n + 1);
    return payload(key, n, size);
  }
}

/** Performs a call on a store, values by `payloads`; a `boot` line opens this same store again. */
export function* perform(
  store: Store,
  call: WorkloadCall,
  payloads: Payloads,
): Steps<Result<void, StoreError>> {
  switch (call.op) {
    case 'boot':
      return yield* store.boot();
    case 'insert':
      return yield* store.insert(call.key, payloads.next(call.key, call.size));
    case 'remove':
      return yield* store.remove(call.key);
    case 'find': {
      const found = yield* store.find(call.key);
      return found.ok ? Ok() : found;
    }
    case 'clear':
      return yield* store.clear(call.key);
    case 'transaction':
      return yield* store.transaction(call.updates.map((update) => fill(update, payloads)));
    case 'prepare':
      return yield* store.prepare(call.words);
    case 'iterate':
      return yield* walk(store, call.from, call.to);
  }
}

function fill(update: WorkloadUpdate, payloads: Payloads): Update {
  if (update.op === 'remove') return update;
  return { op: 'insert', key: update.key, value: payloads.next(update.key, update.size) };
}

function* walk(store: Store, from: number, to: number): Steps<Result<void, StoreError>> {
  const handles = store.handles();
  if (!handles.ok) return handles;
  for (const handle of handles.value) {
    if (handle.key < from || handle.key >= to) continue;
    const value = yield* store.value(handle);
    if (!value.ok) return value;
  }
  return Ok();
}

/** Values larger than this are no workload of a store: the format ends at 1023 bytes. */
const MAX_SIZE = 0xffff;

type Json = Readonly<Record<string, unknown>>;

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readUpdate(source: unknown): WorkloadUpdate | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { op, key, size } = source as Json;
  if (!isCount(key)) return undefined;
  if (op === 'remove') return { op, key };
  return op === 'insert' && isCount(size) && size <= MAX_SIZE ? { op, key, size } : undefined;
}

function readTransaction(updates: unknown): WorkloadCall | undefined {
  if (!Array.isArray(updates)) return undefined;
  const read = updates.map(readUpdate);
  const known = read.filter((update) => update !== undefined);
  return known.length === read.length ? { op: 'transaction', updates: known } : undefined;
}

function readWalk(from: unknown, to: unknown): WorkloadCall | undefined {
  if (from === undefined && to === undefined) return { op: 'iterate', from: 0, to: 0 };
  return isCount(from) && isCount(to) ? { op: 'iterate', from, to } : undefined;
}

function readCall(source: Json): WorkloadCall | undefined {
  const { op, key, words } = source;
  switch (op) {
    case 'boot':
      return { op };
    case 'insert':
    case 'remove':
      return readUpdate(source);
    case 'find':
    case 'clear':
      return isCount(key) ? { op, key } : undefined;
    case 'transaction':
      return readTransaction(source['updates']);
    case 'prepare':
      return isCount(words) ? { op, words } : undefined;
    case 'iterate':
      return readWalk(source['from'], source['to']);
    default:
      return undefined;
  }
}

/** The call of a parsed line; the error is a sentence. */
export function readWorkloadLine(value: unknown): Result<WorkloadLine, string> {
  if (typeof value !== 'object' || value === null) return Err('the line holds no object');
  const source = value as Json;
  const call = readCall(source);
  if (call === undefined) return Err('the line is no call of the store');
  const { t, act, label } = source;
  if (!isCount(t) || !isCount(act)) return Err('t and act are not both whole numbers');
  const line = { ...call, t, act };
  return Ok(typeof label === 'string' ? { ...line, label } : line);
}

/** All lines of a workload file (JSON lines; empty ones are skipped); the error names the line, from 1. */
export function parseWorkload(text: string): Result<WorkloadLine[], string> {
  const lines: WorkloadLine[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue;
    const line = readWorkloadLine(parseJson(row));
    if (!line.ok) return Err(`line ${index + 1}: ${line.error}`);
    lines.push(line.value);
  }
  return Ok(lines);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
