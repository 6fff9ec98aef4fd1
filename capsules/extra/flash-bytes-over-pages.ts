// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Byte-level flash on any page-level flash, by way of one page in RAM.
 *
 * NON-TOCK: the translator that the core team's notes of 2021-01-22 ask for; it was never written.
 *
 *     hil.flash.ByteFlash     writeBytes
 *     FlashBytesOverPages     for each page of the range: read, AND, erase, write back
 *     hil.flash.Flash         readPage · erasePage · writePage
 *
 * Two things that its user should know. Each write to a page that is not blank costs an erasure. And a
 * power cut between the erasure and the end of the write loses the whole page, also bytes that the write
 * did not touch: a store that survives cuts on byte-level flash need not survive them on this.
 *
 * A write that changes nothing on a page leaves that page alone. A blank page is not erased.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import {
  firstPart,
  isBlank,
  isPage,
  pageError,
  rangeError,
  type PagePart,
} from '../core/flash-ranges.ts';

/** What the flash below was asked to do since power-on. */
export interface FlashStatistics {
  /** Words of 4 bytes in the pages that were written. */
  wordsWritten: number;
  /**
   * Pages that were erased, by a call or by a write over a page that is not blank. A page-level call that
   * is passed on counts as one, although a chip may skip it when the page is blank.
   */
  erases: number;
  /** Reads of pages. */
  readCalls: number;
}

/** What a byte-level flash over pages says of itself. */
export interface BytesOverPagesOptions {
  /** Bytes; write addresses and lengths are multiples of it. Default: 4. */
  readonly programUnit?: number;
  /** Default: as good as unlimited, since each change of a unit erases its page. */
  readonly programsPerUnit?: number;
}

const WORD_SIZE = 4;

/** The operation under way: a page-level one that is passed on, or bytes of which `done` are done. */
type Work =
  | { readonly kind: 'page' }
  | {
      readonly kind: 'read' | 'write';
      readonly address: number;
      readonly buffer: Uint8Array;
      readonly length: number;
      done: number;
    };

type ByteWork = Exclude<Work, { kind: 'page' }>;
type Outcome = Result<void, hil.flash.FlashError>;

/**
 * One operation at a time, page-level calls included. It owns a caller's buffer from an accepted call to
 * the callback. A refusal of the flash at the first step is the caller's refusal, with the same error;
 * later it is a `FlashError` in the callback.
 */
export class FlashBytesOverPages implements hil.flash.ByteFlash, hil.flash.Client {
  readonly pageSize: number;
  readonly pages: number;
  readonly writeErases: boolean;
  readonly programUnit: number;
  readonly programsPerUnit: number;
  readonly statistics: FlashStatistics = { wordsWritten: 0, erases: 0, readCalls: 0 };
  private client: hil.flash.ByteClient | undefined;
  private work: Work | undefined;
  private pageBuffer: Uint8Array;

  constructor(
    private readonly flash: hil.flash.Flash,
    options: BytesOverPagesOptions = {},
  ) {
    this.pageSize = flash.pageSize;
    this.pages = flash.pages;
    this.writeErases = flash.writeErases;
    this.programUnit = options.programUnit ?? WORD_SIZE;
    this.programsPerUnit = options.programsPerUnit ?? Number.MAX_SAFE_INTEGER;
    this.pageBuffer = new Uint8Array(flash.pageSize);
    flash.setClient(this);
  }

  setClient(client: hil.flash.ByteClient): void {
    this.client = client;
  }

  // --- Pages: passed on --------------------------------------------------------------------------

  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? pageError(this, page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    return this.passOn(this.read(page, buffer));
  }

  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? pageError(this, page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    return this.passOn(this.write(page, buffer, this.writeErases));
  }

  erasePage(page: number): Result {
    const error = this.busy() ?? (isPage(this, page) ? undefined : ErrorCode.INVAL);
    if (error !== undefined) return Err(error);
    return this.passOn(this.erase(page));
  }

  private passOn<E>(started: Result<void, E>): Result<void, E> {
    if (started.ok) this.work = { kind: 'page' };
    return started;
  }

  // --- Bytes -------------------------------------------------------------------------------------

  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    return this.start({ kind: 'read', address, buffer, length, done: 0 }, 1);
  }

  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    return this.start({ kind: 'write', address, buffer, length, done: 0 }, this.programUnit);
  }

  private start(work: ByteWork, unit: number): Result<void, Rejected<Uint8Array>> {
    const { buffer } = work;
    const error = this.busy() ?? rangeError(this, work, buffer, unit);
    if (error !== undefined) return Err([error, buffer]);
    const started = this.read(this.part(work).page, this.pageBuffer);
    if (!started.ok) return Err([started.error[0], buffer]);
    this.work = work;
    return Ok();
  }

  readComplete(buffer: Uint8Array, result: Outcome): void {
    const work = this.byteWork();
    if (work === undefined) this.client?.readComplete(buffer, result);
    else this.havePage(work, buffer, result);
  }

  private havePage(work: ByteWork, bytes: Uint8Array, result: Outcome): void {
    this.pageBuffer = bytes;
    if (!result.ok) this.finish(work, result);
    else if (work.kind === 'read') this.copyOut(work);
    else this.change(work);
  }

  private copyOut(work: ByteWork): void {
    const { offset, length } = this.part(work);
    work.buffer.set(this.pageBuffer.subarray(offset, offset + length), work.done);
    this.next(work);
  }

  /** ANDs the new bytes into the page; erases and writes it back when that changed it. */
  private change(work: ByteWork): void {
    const { page, offset, length } = this.part(work);
    const blank = isBlank(this.pageBuffer);
    if (
      !clearBits(
        this.pageBuffer.subarray(offset),
        work.buffer.subarray(work.done, work.done + length),
      )
    )
      this.next(work);
    else if (blank || this.writeErases) this.writeBack(work, !blank);
    else this.expect(work, this.erase(page));
  }

  eraseComplete(result: Outcome): void {
    const work = this.byteWork();
    if (work === undefined) this.client?.eraseComplete(result);
    else if (!result.ok) this.finish(work, result);
    else this.writeBack(work, false);
  }

  private writeBack(work: ByteWork, erases: boolean): void {
    this.expect(work, this.write(this.part(work).page, this.pageBuffer, erases));
  }

  writeComplete(buffer: Uint8Array, result: Outcome): void {
    const work = this.byteWork();
    if (work === undefined) {
      this.client?.writeComplete(buffer, result);
      return;
    }
    this.pageBuffer = buffer;
    if (result.ok) this.next(work);
    else this.finish(work, result);
  }

  /** The part before is done: goes on with the next page, or ends. */
  private next(work: ByteWork): void {
    work.done += this.part(work).length;
    if (work.done === work.length) this.finish(work, Ok());
    else this.expect(work, this.read(this.part(work).page, this.pageBuffer));
  }

  private finish(work: ByteWork, result: Outcome): void {
    this.work = undefined;
    if (work.kind === 'read') this.client?.bytesRead(work.buffer, work.done, result);
    else this.client?.bytesWritten(work.buffer, work.done, result);
  }

  /** What the flash refuses in the middle of the work ends it. */
  private expect(work: ByteWork, started: Result<void, unknown>): void {
    if (!started.ok) this.finish(work, Err('FlashError'));
  }

  /** The bytes under way; undefined, and idle from now on, when a page-level call ends. */
  private byteWork(): ByteWork | undefined {
    const { work } = this;
    if (work !== undefined && work.kind !== 'page') return work;
    this.work = undefined;
    return undefined;
  }

  private part({ address, length, done }: ByteWork): PagePart {
    return firstPart(this, address + done, length - done);
  }

  private busy(): ErrorCode | undefined {
    return this.work === undefined ? undefined : ErrorCode.BUSY;
  }

  // --- The flash below, counted --------------------------------------------------------------------

  private read(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const started = this.flash.readPage(page, buffer);
    if (started.ok) this.statistics.readCalls++;
    return started;
  }

  private write(
    page: number,
    buffer: Uint8Array,
    erases: boolean,
  ): Result<void, Rejected<Uint8Array>> {
    const started = this.flash.writePage(page, buffer);
    if (!started.ok) return started;
    this.statistics.wordsWritten += buffer.length / WORD_SIZE;
    if (erases) this.statistics.erases++;
    return started;
  }

  private erase(page: number): Result {
    const started = this.flash.erasePage(page);
    if (started.ok) this.statistics.erases++;
    return started;
  }
}

/** Leaves old AND new in the first bytes; whether any bit changed. */
function clearBits(cells: Uint8Array, bytes: Uint8Array): boolean {
  let changed = false;
  bytes.forEach((byte, index) => {
    const old = cells[index] ?? 0;
    cells[index] = old & byte;
    changed ||= (old & byte) !== old;
  });
  return changed;
}
