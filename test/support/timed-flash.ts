// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Byte-level flash in memory whose operations take a millisecond while processes run on, and which
 * reports errors when a test says so. The NVMC can do neither.
 *
 * NON-TOCK: tests.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { ms, ns } from '#kernel/time';
import type { Testbench } from './testbench.ts';

type Started = Result<void, Rejected<Uint8Array>>;
type Outcome = Result<void, hil.flash.FlashError>;

const PAGE_SIZE = 64;
const PAGES = 4;

/** Four pages of 64 bytes, in units of 8. */
export class TimedFlash implements hil.flash.ByteFlash {
  readonly pageSize = PAGE_SIZE;
  readonly pages = PAGES;
  readonly writeErases = false;
  readonly programUnit = 8;
  readonly programsPerUnit = 1;
  readonly content = new Uint8Array(PAGES * PAGE_SIZE).fill(0xff);
  /** What operations end with. */
  outcome: Outcome = Ok();
  /** Operations under way: 0 or 1. */
  running = 0;
  private client: hil.flash.ByteClient | undefined;

  constructor(private readonly bench: Testbench) {}

  /** The same flash without its byte level. */
  pageLevel(): hil.flash.Flash {
    return {
      pageSize: PAGE_SIZE,
      pages: PAGES,
      writeErases: false,
      setClient: (client) => {
        this.setClient(client as hil.flash.ByteClient);
      },
      readPage: (page, buffer) => this.readPage(page, buffer),
      writePage: (page, buffer) => this.writePage(page, buffer),
      erasePage: (page) => this.erasePage(page),
    };
  }

  setClient(client: hil.flash.ByteClient): void {
    this.client = client;
  }

  readPage(page: number, buffer: Uint8Array): Started {
    return this.startWith(buffer, this.pageError(page, buffer), (outcome) => {
      buffer.set(this.content.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE));
      this.client?.readComplete(buffer, outcome);
    });
  }

  writePage(page: number, buffer: Uint8Array): Started {
    return this.startWith(buffer, this.pageError(page, buffer), (outcome) => {
      this.program(page * PAGE_SIZE, buffer);
      this.client?.writeComplete(buffer, outcome);
    });
  }

  erasePage(page: number): Result {
    const error = this.running > 0 ? ErrorCode.BUSY : page < PAGES ? undefined : ErrorCode.INVAL;
    if (error !== undefined) return Err(error);
    this.later((outcome) => {
      this.content.fill(0xff, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      this.client?.eraseComplete(outcome);
    });
    return Ok();
  }

  readBytes(address: number, buffer: Uint8Array, length: number): Started {
    return this.startWith(buffer, this.rangeError(address, buffer, length, 1), (outcome) => {
      buffer.set(this.content.subarray(address, address + length));
      this.client?.bytesRead(buffer, length, outcome);
    });
  }

  writeBytes(address: number, buffer: Uint8Array, length: number): Started {
    const error = this.rangeError(address, buffer, length, this.programUnit);
    return this.startWith(buffer, error, (outcome) => {
      this.program(address, buffer.subarray(0, length));
      this.client?.bytesWritten(buffer, length, outcome);
    });
  }

  private program(address: number, bytes: Uint8Array): void {
    for (const [index, byte] of bytes.entries()) {
      this.content[address + index] = (this.content[address + index] ?? 0) & byte;
    }
  }

  private pageError(page: number, buffer: Uint8Array): ErrorCode | undefined {
    if (page >= PAGES) return ErrorCode.INVAL;
    return buffer.length === PAGE_SIZE ? undefined : ErrorCode.SIZE;
  }

  private rangeError(
    address: number,
    buffer: Uint8Array,
    length: number,
    unit: number,
  ): ErrorCode | undefined {
    if (address + length > this.content.length) return ErrorCode.INVAL;
    if (address % unit !== 0 || length % unit !== 0) return ErrorCode.INVAL;
    return length > buffer.length ? ErrorCode.SIZE : undefined;
  }

  private startWith(
    buffer: Uint8Array,
    error: ErrorCode | undefined,
    finish: (outcome: Outcome) => void,
  ): Started {
    if (this.running > 0) return Err([ErrorCode.BUSY, buffer]);
    if (error !== undefined) return Err([error, buffer]);
    this.later(finish);
    return Ok();
  }

  private later(finish: (outcome: Outcome) => void): void {
    this.running++;
    this.bench.interruptAt(ns(this.bench.clock.now + ms(1)), () => {
      this.running--;
      finish(this.outcome);
    });
  }
}
