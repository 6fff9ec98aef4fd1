// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A flash without a chip, split-phase by pages and bytes: it refuses and fails when a test says so.
 *
 * NON-TOCK: tests. Like a controller with DMA it works on the buffer when the operation ends, not when it
 * is asked; and what fails is left half done.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';

/** What a fake flash is like; every field has a default. */
export interface FakeFlashOptions {
  readonly pageSize?: number;
  readonly pages?: number;
  readonly writeErases?: boolean;
  readonly programUnit?: number;
  readonly programsPerUnit?: number;
}

type Outcome = Result<void, hil.flash.FlashError>;

/** A flash of bytes that a program only clears. By default 4 pages of 64 bytes that writing does not erase. */
export class FakeFlash implements hil.flash.ByteFlash {
  readonly pageSize: number;
  readonly pages: number;
  readonly writeErases: boolean;
  readonly programUnit: number;
  readonly programsPerUnit: number;
  readonly cells: Uint8Array;
  /** Each accepted call: its name and its page or address. */
  readonly calls: string[] = [];
  /** Erasures of each page, blank ones included. */
  readonly erases: number[];
  /** Units that were programmed more often than `programsPerUnit` allows. */
  readonly overprogrammed: number[] = [];
  private readonly programs: number[];
  private readonly refusals = new Map<number, ErrorCode>();
  private readonly failures = new Map<number, hil.flash.FlashError>();
  private called = 0;
  private accepted = 0;
  private client: hil.flash.ByteClient | undefined;
  private pending: (() => void) | undefined;

  constructor(options: FakeFlashOptions = {}) {
    this.pageSize = options.pageSize ?? 64;
    this.pages = options.pages ?? 4;
    this.writeErases = options.writeErases ?? false;
    this.programUnit = options.programUnit ?? 4;
    this.programsPerUnit = options.programsPerUnit ?? 2;
    this.cells = new Uint8Array(this.pages * this.pageSize).fill(0xff);
    this.erases = Array.from({ length: this.pages }, () => 0);
    this.programs = Array.from({ length: this.cells.length / this.programUnit }, () => 0);
  }

  // --- What a test asks for ------------------------------------------------------------------------

  /** Refuses the call after so many others: 0 is the next. */
  refuse(after: number, error: ErrorCode = ErrorCode.BUSY): void {
    this.refusals.set(this.called + after, error);
  }

  /** Lets the accepted call after so many others fail when it completes: 0 is the next. */
  fail(after: number, error: hil.flash.FlashError = 'FlashError'): void {
    this.failures.set(this.accepted + after, error);
  }

  /** Ends the operation under way; whether there was one. */
  complete(): boolean {
    const { pending } = this;
    this.pending = undefined;
    pending?.();
    return pending !== undefined;
  }

  /** The power goes: the operation under way has not begun, and nobody hears of it. */
  drop(): void {
    this.pending = undefined;
    this.client = undefined;
  }

  /** Ends operations until none is under way. */
  settle(): void {
    for (let count = 0; this.complete(); count++) {
      if (count > 10_000) throw new Error('the flash is asked for ever');
    }
  }

  /** A copy of a page. */
  page(page: number): Uint8Array {
    return this.cells.slice(page * this.pageSize, (page + 1) * this.pageSize);
  }

  // --- The HIL -------------------------------------------------------------------------------------

  setClient(client: hil.flash.ByteClient): void {
    this.client = client;
  }

  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal(this.pageError(page, buffer));
    if (error !== undefined) return Err([error, buffer]);
    return this.accept(`readPage ${page}`, (result) => {
      this.load(page * this.pageSize, buffer, this.pageSize, result);
      this.client?.readComplete(buffer, result);
    });
  }

  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal(this.pageError(page, buffer));
    if (error !== undefined) return Err([error, buffer]);
    return this.accept(`writePage ${page}`, (result) => {
      if (this.writeErases) this.erase(page, Ok());
      this.program(page * this.pageSize, buffer, this.pageSize, result);
      this.client?.writeComplete(buffer, result);
    });
  }

  erasePage(page: number): Result {
    const error = this.refusal(this.isPage(page) ? undefined : ErrorCode.INVAL);
    if (error !== undefined) return Err(error);
    return this.accept(`erasePage ${page}`, (result) => {
      this.erase(page, result);
      this.client?.eraseComplete(result);
    });
  }

  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal(this.rangeError(address, buffer, length, 1));
    if (error !== undefined) return Err([error, buffer]);
    return this.accept(`readBytes ${address}`, (result) => {
      this.load(address, buffer, length, result);
      this.client?.bytesRead(buffer, result.ok ? length : 0, result);
    });
  }

  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal(this.rangeError(address, buffer, length, this.programUnit));
    if (error !== undefined) return Err([error, buffer]);
    return this.accept(`writeBytes ${address}`, (result) => {
      this.program(address, buffer, length, result);
      this.client?.bytesWritten(buffer, result.ok ? length : 0, result);
    });
  }

  // --- Refusals ------------------------------------------------------------------------------------

  private refusal(own: ErrorCode | undefined): ErrorCode | undefined {
    const ordered = this.refusals.get(this.called++);
    return ordered ?? (this.pending === undefined ? own : ErrorCode.BUSY);
  }

  private isPage(page: number): boolean {
    return Number.isInteger(page) && page >= 0 && page < this.pages;
  }

  private pageError(page: number, buffer: Uint8Array): ErrorCode | undefined {
    if (!this.isPage(page)) return ErrorCode.INVAL;
    return buffer.length === this.pageSize ? undefined : ErrorCode.SIZE;
  }

  private rangeError(
    address: number,
    buffer: Uint8Array,
    length: number,
    unit: number,
  ): ErrorCode | undefined {
    const inside = address >= 0 && length >= 0 && address + length <= this.cells.length;
    if (!inside || address % unit !== 0 || length % unit !== 0) return ErrorCode.INVAL;
    return length > buffer.length ? ErrorCode.SIZE : undefined;
  }

  private accept(name: string, work: (result: Outcome) => void): Result<void, never> {
    this.calls.push(name);
    const failure = this.failures.get(this.accepted++);
    this.pending = (): void => work(failure === undefined ? Ok() : Err(failure));
    return Ok();
  }

  // --- Cells ---------------------------------------------------------------------------------------

  private load(from: number, buffer: Uint8Array, length: number, { ok }: Outcome): void {
    buffer.set(this.cells.subarray(from, from + length));
    if (!ok) buffer.fill(0xa5, 0, length / 2);
  }

  private program(from: number, buffer: Uint8Array, length: number, { ok }: Outcome): void {
    const { programUnit: unit } = this;
    const end = ok ? length : unit * Math.floor(length / 2 / unit);
    for (let at = 0; at < end; at++) {
      const old = this.cells[from + at] ?? 0;
      this.cells[from + at] = old & (buffer[at] ?? 0xff);
    }
    for (let index = from / unit; index < (from + end) / unit; index++) {
      const programs = (this.programs[index] ?? 0) + 1;
      this.programs[index] = programs;
      if (programs > this.programsPerUnit) this.overprogrammed.push(index * unit);
    }
  }

  private erase(page: number, { ok }: Outcome): void {
    const from = page * this.pageSize;
    const end = from + (ok ? this.pageSize : this.pageSize / 2);
    this.cells.fill(0xff, from, end);
    this.programs.fill(0, from / this.programUnit, end / this.programUnit);
    this.erases[page] = (this.erases[page] ?? 0) + 1;
  }
}
