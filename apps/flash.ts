// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Shows how flash behaves: what erasing and writing do, how long they take, and every refusal.
 *
 * NON-TOCK: a prototype in userspace, for the interface that the flash driver passes on.
 */
import type { Result } from '#kernel/result';
import type { FlashGeometry } from './libtock/flash.ts';
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

/** What a harness may ask for. */
export interface FlashArgs {
  /** The page that is erased and written; default 0. What it holds is lost. */
  readonly page?: number;
}

type Outcome = Userspace<Result<number, number>>;

const FIRST = [0xf0, 0xff, 0x0f, 0xff];
const SECOND = [0x3c, 0xff, 0xff, 0x00];

/** 0: the page was erased, and words became the AND of what was written. 1: not, or the flash failed. */
export function* main(tock: Libtock): Userspace<number> {
  const { page = 0 } = (tock.args ?? {}) as FlashArgs;
  const geometry = yield* tock.flash.geometry();
  if (!geometry.ok) {
    yield* tock.console.print(`geometry: ${tock.errorName(geometry.error)}\n`);
    return 1;
  }
  yield* tock.console.print(describe(geometry.value));
  const erased = yield* timed(tock, `erase page ${page}`, tock.flash.erasePage(page));
  const anded = geometry.value.programUnit === 0 || (yield* writeTwice(tock, geometry.value, page));
  yield* writeAndErase(tock, geometry.value, page);
  yield* refusals(tock, geometry.value, page);
  return erased && anded ? 0 : 1;
}

function describe(geometry: FlashGeometry): string {
  const { pageSize, pages, programUnit, programsPerUnit, writeErases } = geometry;
  const bytes =
    programUnit === 0
      ? 'pages only'
      : `units of ${programUnit} bytes, ${programsPerUnit} programs each between erasures`;
  const write = writeErases ? 'erases first' : 'does not erase';
  return `${pages} pages of ${pageSize} bytes, ${bytes}; writing a page ${write}\n`;
}

/** Writes over what was written: only bits that are set in both stay set. Whether it was so. */
function* writeTwice(tock: Libtock, geometry: FlashGeometry, page: number): Userspace<boolean> {
  const address = page * geometry.pageSize;
  const length = Math.max(FIRST.length, geometry.programUnit);
  const filled = (bytes: readonly number[]): Uint8Array =>
    Uint8Array.from({ length }, (_, index) => bytes[index] ?? 0xff);
  for (const bytes of [FIRST, SECOND]) {
    const source = yield* tock.bufferOf(filled(bytes));
    yield* timed(tock, `write ${hex(bytes)}`, tock.flash.writeBytes(address, source));
    tock.free(source);
  }
  const target = yield* tock.bufferOf(new Uint8Array(length));
  yield* timed(tock, 'read', tock.flash.readBytes(address, target));
  const expected = FIRST.map((byte, index) => byte & (SECOND[index] ?? 0xff));
  const read = [...target.bytes.subarray(0, expected.length)];
  tock.free(target);
  const same = hex(read) === hex(expected);
  yield* tock.console.print(
    `  it holds ${hex(read)}, the AND ${same ? 'of both' : 'would differ'}\n`,
  );
  return same;
}

/** A whole page, written over what is there and then erased. */
function* writeAndErase(tock: Libtock, geometry: FlashGeometry, page: number): Userspace {
  const source = yield* tock.malloc(geometry.pageSize);
  if (!source.ok) {
    yield* tock.console.print(`no memory for a page: ${tock.errorName(source.error)}\n`);
    return;
  }
  yield* timed(tock, `write page ${page}`, tock.flash.writePage(page, source.value));
  tock.free(source.value);
  yield* timed(tock, `erase page ${page}`, tock.flash.erasePage(page));
}

/**
 * Everything that the flash refuses, with the name of its error. Where the CPU stands still while flash
 * works, as on the nRF52840, an erasure is over before anything can be refused for it.
 */
function* refusals(tock: Libtock, geometry: FlashGeometry, page: number): Userspace {
  const { flash } = tock;
  const { pageSize, pages, programUnit } = geometry;
  const word = yield* tock.bufferOf(new Uint8Array(Math.max(4, programUnit)));
  const odd = yield* tock.bufferOf(new Uint8Array(programUnit + 1));
  const empty = yield* tock.bufferOf(new Uint8Array(0));
  yield* refused(tock, 'a page past the last', flash.erasePage(pages));
  yield* refused(tock, 'a page into four bytes', flash.readPage(page, word));
  yield* refused(tock, 'a page without a buffer', flash.readPage(page, empty));
  yield* refused(tock, 'bytes past the end', flash.readBytes(pages * pageSize, word));
  yield* refused(tock, 'a write between units', flash.writeBytes(page * pageSize, odd));
  const done: number[] = [];
  const begun = yield* flash.erasePageAsync(page, (error) => done.push(error));
  const read = programUnit === 0 ? flash.readPage(page, word) : flash.readBytes(0, word);
  yield* refused(tock, 'a read while a page is erased', read);
  while (begun.ok && done.length === 0) yield* tock.yieldWait();
  for (const buffer of [word, odd, empty]) tock.free(buffer);
}

function* refused(tock: Libtock, what: string, operation: Outcome): Userspace {
  const answer = yield* operation;
  const name = answer.ok ? 'not refused' : tock.errorName(answer.error);
  yield* tock.console.print(`${what}: ${name}\n`);
}

/** Runs an operation and prints how it ended and how long it took; whether it went well. */
function* timed(tock: Libtock, what: string, operation: Outcome): Userspace<boolean> {
  const frequency = yield* tock.alarm.frequency();
  const before = yield* tock.alarm.now();
  const answer = yield* operation;
  const ticks = ((yield* tock.alarm.now()) - before) >>> 0;
  const end = answer.ok ? 'done' : tock.errorName(answer.error);
  const time = ((ticks / frequency) * 1000).toFixed(2);
  yield* tock.console.print(`${what}: ${end} in ${time} ms\n`);
  return answer.ok;
}

const hex = (bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
