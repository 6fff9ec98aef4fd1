// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Storage addressed by bytes on a flash that is written by pages.
 *
 * Mirrors `capsules/extra/src/nonvolatile_to_pages.rs`. A part of a page is read, changed in a page
 * buffer and written back, at most one page at a time; a whole page goes between the flash and the
 * caller's buffer directly. Unlike byte-level flash, a write here sets bits, too.
 *
 * NON-TOCK: erases first where writing a page does not (`writeErases`), unless the page read blank; Tock's
 * capsule relies on chips that erase, and leaves old AND new on others. Ranges are checked, failures told.
 *
 * A power cut in the middle of a write loses up to a page, also bytes that the write did not touch.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { firstPart, isBlank, rangeError, type PagePart } from '../core/flash-ranges.ts';

/** Flaws of upstream's capsule that can be had back by name. */
export const TO_PAGES_FLAWS = {
  'to-pages-ignores-result': 'what the flash fails to read or write is reported as done',
  'to-pages-loses-buffer':
    'a refusal of the flash leaves it busy for ever; the buffer of a read, and of any later step, is lost',
  'to-pages-never-erases':
    'it writes without erasing: old AND new is left where writing a page does not erase',
} as const;

/** The name of one of them. */
export type ToPagesFlaw = keyof typeof TO_PAGES_FLAWS;

/** The operation under way, of which `done` bytes are done. */
interface Work {
  readonly kind: 'read' | 'write';
  readonly buffer: Uint8Array;
  readonly address: number;
  readonly length: number;
  done: number;
}

type Outcome = Result<void, hil.flash.FlashError>;

/**
 * One operation at a time. It owns the caller's buffer from an accepted call to the callback. A refusal
 * of the flash at the first step is the caller's refusal, with the same error; a later one, like a
 * failure, is FAIL in the callback, with the number of bytes that were done for certain. Its own page
 * buffer is never away while it is idle, so there is no RESERVE.
 */
export class NonvolatileToPages
  implements hil.nonvolatileStorage.NonvolatileStorage, hil.flash.Client
{
  private client: hil.nonvolatileStorage.NonvolatileStorageClient | undefined;
  private work: Work | undefined;
  private pageBuffer: Uint8Array;

  constructor(
    private readonly flash: hil.flash.Flash,
    private readonly flaws: ReadonlySet<ToPagesFlaw> = new Set(),
  ) {
    this.pageBuffer = new Uint8Array(flash.pageSize);
    flash.setClient(this);
  }

  setClient(client: hil.nonvolatileStorage.NonvolatileStorageClient): void {
    this.client = client;
  }

  read(buffer: Uint8Array, address: number, length: number): Result<void, Rejected<Uint8Array>> {
    return this.start({ kind: 'read', buffer, address, length, done: 0 });
  }

  write(buffer: Uint8Array, address: number, length: number): Result<void, Rejected<Uint8Array>> {
    return this.start({ kind: 'write', buffer, address, length, done: 0 });
  }

  private start(work: Work): Result<void, Rejected<Uint8Array>> {
    const { buffer } = work;
    if (this.work !== undefined) return Err([ErrorCode.BUSY, buffer]);
    if (rangeError(this.flash, work, buffer, 1) !== undefined) {
      return Err([ErrorCode.INVAL, buffer]);
    }
    this.work = work;
    const refused = this.begin(work);
    return refused === undefined ? Ok() : this.refuse(work, refused);
  }

  private refuse({ kind, buffer }: Work, error: ErrorCode): Result<void, Rejected<Uint8Array>> {
    if (!this.flaws.has('to-pages-loses-buffer')) {
      this.work = undefined;
      return Err([error, buffer]);
    }
    return Err([error, kind === 'read' ? new Uint8Array() : buffer]);
  }

  /** First step of a page: the flash's error when it refuses. */
  private begin(work: Work): ErrorCode | undefined {
    const part = this.part(work);
    if (work.kind === 'read' || !this.isWhole(part)) {
      return errorOf(this.flash.readPage(part.page, this.memory(work)));
    }
    return this.erasesFirst(false) ? this.erase(part) : this.program(work);
  }

  readComplete(bytes: Uint8Array, result: Outcome): void {
    const { work } = this;
    if (work === undefined) return;
    const part = this.part(work);
    if (!this.isWhole(part)) this.pageBuffer = bytes;
    if (!this.succeeded(result)) this.finish(Err(ErrorCode.FAIL));
    else if (work.kind === 'read') this.copyOut(work, part);
    else this.change(work, part);
  }

  private copyOut(work: Work, part: PagePart): void {
    const { offset, length } = part;
    if (!this.isWhole(part)) {
      work.buffer.set(this.pageBuffer.subarray(offset, offset + length), work.done);
    }
    this.next(work);
  }

  private change(work: Work, part: PagePart): void {
    if (part.length === 0) {
      this.next(work);
      return;
    }
    const erases = this.erasesFirst(isBlank(this.pageBuffer));
    this.pageBuffer.set(work.buffer.subarray(work.done, work.done + part.length), part.offset);
    this.expect(erases ? this.erase(part) : this.program(work));
  }

  eraseComplete(result: Outcome): void {
    const { work } = this;
    if (work === undefined) return;
    if (this.succeeded(result)) this.expect(this.program(work));
    else this.finish(Err(ErrorCode.FAIL));
  }

  writeComplete(bytes: Uint8Array, result: Outcome): void {
    const { work } = this;
    if (work === undefined) return;
    if (!this.isWhole(this.part(work))) this.pageBuffer = bytes;
    if (this.succeeded(result)) this.next(work);
    else this.finish(Err(ErrorCode.FAIL));
  }

  /** The part before is done: goes on with the next page, or ends. */
  private next(work: Work): void {
    work.done += this.part(work).length;
    if (work.done === work.length) this.finish(Ok());
    else this.expect(this.begin(work));
  }

  /** What the flash refuses in the middle of the work ends it. */
  private expect(refused: ErrorCode | undefined): void {
    if (refused === undefined || this.flaws.has('to-pages-loses-buffer')) return;
    this.finish(Err(ErrorCode.FAIL));
  }

  private finish(result: Result): void {
    const { work } = this;
    this.work = undefined;
    if (work?.kind === 'read') this.client?.readDone(work.buffer, work.done, result);
    else if (work !== undefined) this.client?.writeDone(work.buffer, work.done, result);
  }

  // --- One page ------------------------------------------------------------------------------------

  private part({ address, length, done }: Work): PagePart {
    return firstPart(this.flash, address + done, length - done);
  }

  private isWhole({ length }: PagePart): boolean {
    return length === this.flash.pageSize;
  }

  /** Where a page's bytes are: the caller's buffer for a whole page, else the page buffer. */
  private memory(work: Work): Uint8Array {
    const { length } = this.part(work);
    const whole = length === this.flash.pageSize;
    return whole ? work.buffer.subarray(work.done, work.done + length) : this.pageBuffer;
  }

  private program(work: Work): ErrorCode | undefined {
    return errorOf(this.flash.writePage(this.part(work).page, this.memory(work)));
  }

  private erase({ page }: PagePart): ErrorCode | undefined {
    const erasing = this.flash.erasePage(page);
    return erasing.ok ? undefined : erasing.error;
  }

  private erasesFirst(blank: boolean): boolean {
    return !this.flash.writeErases && !blank && !this.flaws.has('to-pages-never-erases');
  }

  private succeeded(result: Outcome): boolean {
    return result.ok || this.flaws.has('to-pages-ignores-result');
  }
}

function errorOf(started: Result<void, Rejected<Uint8Array>>): ErrorCode | undefined {
  return started.ok ? undefined : started.error[0];
}
