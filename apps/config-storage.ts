// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Counts its own starts in the settings of TinyOS, and shows each of the storage's answers; all by callback.
 *
 * NON-TOCK: after `BlinkConfig` of TinyOS's tutorial, which keeps one setting over reboots.
 */
import type { Result } from '#kernel/result';
import type { Buffer } from './libtock/buffer.ts';
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

/** "starts" and other settings: words that no other component uses. */
const STARTS = 0x5354_5254;
const COLOURS = [0xc010_0001, 0xc010_0002, 0xc010_0003] as const;
const NO_KEY = 0xffff_ffff;

const FAIL = 1;
const INVAL = 6;
const SIZE = 7;

/** What a callback brought. */
interface Answer {
  readonly error: number;
  readonly first: number;
  readonly second: number;
}

type Callback = (error: number, first: number, second?: number) => unknown;

/** Starts an operation, and yields until its callback has run. */
function* answer(
  tock: Libtock,
  begin: (callback: Callback) => Userspace<Result<void, number>>,
): Userspace<Answer> {
  const answers: Answer[] = [];
  const begun = yield* begin((error, first, second = 0) => answers.push({ error, first, second }));
  if (!begun.ok) return { error: begun.error, first: 0, second: 0 };
  for (;;) {
    const [arrived] = answers;
    if (arrived !== undefined) return arrived;
    yield* tock.yieldWait();
  }
}

/** Prints one line an operation; returns 1 when an answer is not the one that the storage promises. */
export function* main(tock: Libtock): Userspace<number> {
  const { configStorage: settings } = tock;
  const word = yield* tock.bufferOf(new Uint8Array(4));
  const view = new DataView(word.bytes.buffer, word.bytes.byteOffset, 4);
  const before = yield* answer(tock, (done) => settings.retrieveAsync(STARTS, word, done));
  const starts = before.error === 0 ? view.getUint32(0, true) + 1 : 1;
  view.setUint32(0, starts, true);
  const counted = yield* answer(tock, (done) => settings.insertAsync(STARTS, word, done));
  if (counted.error !== 0) {
    yield* tock.console.print(`insert: ${tock.errorName(counted.error)}\n`);
    return 1;
  }
  yield* tock.console.print(`start ${starts} of this flash\n`);
  const isWrong = yield* answers(tock);
  return isWrong || !(yield* walk(tock)) || !(yield* tidy(tock)) ? 1 : 0;
}

/** One request, and the error that it has to have. */
type Row = readonly [
  name: string,
  begin: (done: Callback) => Userspace<Result<void, number>>,
  number,
];

/** Each operation with the answer that it has to have; whether one has another. */
function* answers(tock: Libtock): Userspace<boolean> {
  const { configStorage: settings } = tock;
  const [red, green, blue] = COLOURS;
  const text = function* (value: string): Userspace<Buffer> {
    return yield* tock.bufferOf(new TextEncoder().encode(value));
  };
  const [old, fresh, long] = [
    yield* text('red'),
    yield* text('crimson'),
    yield* text('-'.repeat(256)),
  ];
  const holder = yield* tock.bufferOf(new Uint8Array(16));
  const small = yield* tock.bufferOf(new Uint8Array(4));
  return yield* show(tock, [
    ['retrieve of a missing key', (done) => settings.retrieveAsync(red, holder, done), FAIL],
    ['remove of a missing key', (done) => settings.removeAsync(red, done), FAIL],
    ['insert', (done) => settings.insertAsync(red, old, done), 0],
    ['insert of another', (done) => settings.insertAsync(green, old, done), 0],
    ['insert of a third', (done) => settings.insertAsync(blue, old, done), 0],
    ['update', (done) => settings.insertAsync(red, fresh, done), 0],
    ['retrieve', (done) => settings.retrieveAsync(red, holder, done), 0],
    ['retrieve into 4 bytes', (done) => settings.retrieveAsync(red, small, done), SIZE],
    ['insert of 256 bytes', (done) => settings.insertAsync(red, long, done), SIZE],
    ['insert under 0xFFFFFFFF', (done) => settings.insertAsync(NO_KEY, old, done), INVAL],
    ['count', (done) => settings.getTotalKeysAsync(done), 0],
  ]);
}

/** Makes the requests, and prints what is answered; whether that is wrong anywhere. */
function* show(tock: Libtock, rows: readonly Row[]): Userspace<boolean> {
  let isWrong = false;
  for (const [name, begin, expected] of rows) {
    const { error } = yield* answer(tock, begin);
    yield* tock.console.print(`${name}: ${error === 0 ? 'ok' : tock.errorName(error)}\n`);
    isWrong ||= error !== expected;
  }
  return isWrong;
}

/** Prints every key; whether each of this app's comes once, and the last one is the one that is said to be. */
function* walk(tock: Libtock): Userspace<boolean> {
  const { configStorage: settings } = tock;
  const keys: number[] = [];
  let step = yield* answer(tock, (done) => settings.getFirstKeyAsync(done));
  while (step.error === 0) {
    const present = step.first;
    keys.push(present);
    yield* tock.console.print(`key ${hex(present)}\n`);
    step = yield* answer(tock, (done) => settings.getNextKeyAsync(present, done));
  }
  const last = yield* settings.getLastKey();
  const known = last.ok ? last.value : NO_KEY;
  yield* tock.console.print(`after the last: ${tock.errorName(step.error)}\n`);
  const seen = [STARTS, ...COLOURS].filter(
    (key) => keys.filter((each) => each === key).length === 1,
  );
  return step.error === FAIL && known === keys.at(-1) && seen.length === 1 + COLOURS.length;
}

/** Removes what is not the count of starts; whether all of it was there. */
function* tidy(tock: Libtock): Userspace<boolean> {
  const rows = COLOURS.map((key): Row => [
    `remove ${hex(key)}`,
    (done) => tock.configStorage.removeAsync(key, done),
    0,
  ]);
  return !(yield* show(tock, rows));
}

function hex(key: number): string {
  return `0x${key.toString(16).padStart(8, '0')}`;
}
