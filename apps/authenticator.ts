// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A security key's use of its store: makes the store calls of a workload at their times, and checks
 * every answer against a map of its own. Ends with 1 at the first difference.
 *
 * NON-TOCK. Payloads: the n-th value of a key (n from 0) is xorshift32 from `((key << 16) ^ n) + 1`, the
 * top byte of each state.
 */
import type { Libtock } from './libtock/libtock.ts';
import type { StoreEntry, StoreUpdate } from './libtock/persistent-store.ts';
import type { Userspace } from './libtock/userspace.ts';
import type { WorkloadLine, WorkloadUpdate } from './workload.ts';

/** What the authenticator remembers over power cycles: kept by the harness. */
export interface AuthenticatorState {
  /** The content that the store must have. */
  content: Map<number, Uint8Array>;
  /** How many values each key had so far. */
  versions: Map<number, number>;
  /** What was wrong, when it ended with 1. */
  difference: string | undefined;
}

/** What the harness hands in. */
export interface AuthenticatorArgs {
  readonly lines: readonly WorkloadLine[];
  /** Index of the first line after this power-on. */
  readonly from: number;
  /** The same object after each power-on; empty at the first. */
  readonly state: Partial<AuthenticatorState>;
  /** Milliseconds since the first power-on at the present one. */
  readonly epochMilliseconds: number;
  /** Told before and after each call: for measuring, not part of the simulation. */
  readonly observer?: { onLineStart(index: number): void; onLineEnd(index: number): void };
}

/** Makes a state of an empty object. */
function remembered(state: Partial<AuthenticatorState>): AuthenticatorState {
  return Object.assign(state, {
    content: state.content ?? new Map<number, Uint8Array>(),
    versions: state.versions ?? new Map<number, number>(),
    difference: undefined,
  });
}

/** Replays lines until the workload ends or the next line is a power cycle. */
export function* main(tock: Libtock): Userspace<number> {
  if (tock.args === undefined) throw new Error('there is no workload to replay (--workload FILE)');
  const { lines, from, epochMilliseconds, observer, ...args } = tock.args as AuthenticatorArgs;
  const state = remembered(args.state);
  const clock = new UptimeClock(tock);
  for (let index = from; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined || line.op === 'boot') return 0;
    yield* clock.waitUntil(line.t - epochMilliseconds);
    observer?.onLineStart(index);
    state.difference = yield* perform(tock, state, line);
    observer?.onLineEnd(index);
    if (state.difference !== undefined) return 1;
  }
  return 0;
}

/** Milliseconds since the app's first wait, however often the alarm's counter has wrapped. */
class UptimeClock {
  private ticks = 0;
  /** The counter starts anywhere: at 0 on the nRF52840, shortly before its wrap on Earl Grey. */
  private last: number | undefined;

  constructor(private readonly tock: Libtock) {}

  /** Sleeps until an instant, in waits of three quarters of the counter's range: no wrap is missed. */
  *waitUntil(milliseconds: number): Userspace {
    const frequency = yield* this.tock.alarm.frequency();
    const longest = 3 * 2 ** 30;
    for (;;) {
      const now = yield* this.tock.alarm.now();
      this.ticks += (now - (this.last ?? now)) >>> 0;
      this.last = now;
      const left = Math.ceil((milliseconds * frequency) / 1000) - this.ticks;
      if (left <= 0) return;
      yield* this.tock.alarm.sleepTicks(Math.min(left, longest));
    }
  }
}

/** Makes the call of a line; what is wrong with its answer, or nothing. */
function* perform(
  tock: Libtock,
  state: AuthenticatorState,
  line: WorkloadLine,
): Userspace<string | undefined> {
  const store = tock.persistentStore;
  switch (line.op) {
    case 'insert': {
      const value = nextValue(state, line.key, line.size);
      const inserted = yield* store.insert(line.key, value);
      if (inserted.ok) state.content.set(line.key, value);
      return failure(line, inserted);
    }
    case 'remove':
      state.content.delete(line.key);
      return failure(line, yield* store.remove(line.key));
    case 'find':
      return yield* checkFind(tock, state, line.key);
    case 'transaction': {
      const updates = line.updates.map((update) => storeUpdate(state, update));
      const committed = yield* store.transaction(updates);
      if (committed.ok) apply(state, updates);
      return failure(line, committed);
    }
    case 'clear':
      for (const key of [...state.content.keys()]) {
        if (key >= line.key) state.content.delete(key);
      }
      return failure(line, yield* store.clear(line.key));
    case 'prepare': {
      const prepared = yield* store.prepare(line.words);
      // So many words can never be free: nothing was done, and nothing is wrong.
      return !prepared.ok && prepared.error === NO_CAPACITY ? undefined : failure(line, prepared);
    }
    case 'iterate':
      return yield* checkIterate(tock, state, line.from ?? 0, line.to ?? 0);
    case 'boot':
      return undefined;
  }
}

function* checkFind(
  tock: Libtock,
  { content }: AuthenticatorState,
  key: number,
): Userspace<string | undefined> {
  const found = yield* tock.persistentStore.find(key);
  const expected = content.get(key);
  if (!found.ok && found.error !== ABSENT) return `find ${key} failed with error ${found.error}`;
  const value = found.ok ? found.value : undefined;
  return same(value, expected) ? undefined : `find ${key} gave a value that was never written`;
}

/** Compares the keys of all entries, and the values of those with from <= key < to. */
function* checkIterate(
  tock: Libtock,
  { content }: AuthenticatorState,
  from: number,
  to: number,
): Userspace<string | undefined> {
  const entries = yield* tock.persistentStore.entries((key) => key >= from && key < to);
  if (!entries.ok) return `iterate failed with error ${entries.error}`;
  if (entries.value.length !== content.size) {
    return `iterate gave ${entries.value.length} entries, not ${content.size}`;
  }
  const wrong = entries.value.find((entry) => !agrees(entry, content.get(entry.key)));
  return wrong === undefined ? undefined : `iterate gave a wrong entry under key ${wrong.key}`;
}

const ABSENT = 10; // NOSUPPORT
const NO_CAPACITY = 9; // NOMEM

function agrees({ length, value }: StoreEntry, expected: Uint8Array | undefined): boolean {
  return length === expected?.length && (value === undefined || same(value, expected));
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function failure(
  line: WorkloadLine,
  result: { readonly ok: true } | { readonly ok: false; readonly error: number },
): string | undefined {
  return result.ok ? undefined : `${line.op} failed with error ${result.error}`;
}

function storeUpdate(state: AuthenticatorState, update: WorkloadUpdate): StoreUpdate {
  const { key } = update;
  if (update.op === 'remove') return { op: 'remove', key };
  return { op: 'insert', key, value: nextValue(state, key, update.size) };
}

function apply({ content }: AuthenticatorState, updates: readonly StoreUpdate[]): void {
  for (const update of updates) {
    if (update.op === 'insert') content.set(update.key, update.value);
    else content.delete(update.key);
  }
}

function nextValue({ versions }: AuthenticatorState, key: number, size: number): Uint8Array {
  const version = versions.get(key) ?? 0;
  versions.set(key, version + 1);
  return payload(key, version, size);
}

/** The bytes of a key's n-th value. */
export function payload(key: number, version: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let x = (((key << 16) ^ version) + 1) | 0;
  for (let index = 0; index < size; index++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[index] = x >>> 24;
  }
  return bytes;
}
