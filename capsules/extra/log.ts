// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A log on a page-level flash, for capsules.
 *
 * Mirrors `capsules/extra/src/log.rs`. The algorithm is `libraries/tock-log`, hardened unless asked for as Tock has it
 * (`mode`); flaws of the capsule itself are names in `LOG_FLAWS`.
 *
 *     a capsule   append · sync · erase · read · seek
 *     Log         one operation at a time, the position of the reader
 *     TockLog     the newest page in RAM, steps
 *     PageWriteFlash  readPage · writePage · erasePage
 */
import type { DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import type { Outcome } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { HARDENED, type LogMode } from '#libraries/tock-log/mode';
import { TockLog, type LogEntry } from '#libraries/tock-log/tock-log';
import { PageWriteFlash } from './store-flash-pages.ts';

/** Flaws of upstream's capsule that can be had back by name. */
export const LOG_FLAWS = {
  'log-append-calls-back': 'an append that needs no flash calls back before it has returned',
  'log-sync-says-nothing': 'a sync of an empty page is accepted, and no callback comes',
  'log-never-erases':
    'it writes without erasing: old AND new is left where writing a page does not erase',
} as const;

/** The name of one of them. */
export type LogFlaw = keyof typeof LOG_FLAWS;

/** What a log needs. */
export interface LogOptions {
  readonly flash: hil.flash.Flash;
  readonly deferredCalls: DeferredCalls;
  /** Whether the oldest entries are given up for new ones, or the log is full some day. */
  readonly circular: boolean;
  /** Default: hardened. */
  readonly mode?: LogMode;
  readonly flaws?: ReadonlySet<LogFlaw>;
}

/**
 * It reads the flash from its creation on, and is BUSY until it has. When the flash fails in that, the next call is
 * refused with FAIL, and it tries again.
 */
export class Log implements hil.log.LogRead, hil.log.LogWrite {
  private state: 'idle' | 'busy' | 'unread' = 'busy';
  private readClient: hil.log.LogReadClient | undefined;
  private appendClient: hil.log.LogWriteClient | undefined;
  private readonly flash: PageWriteFlash;
  private readonly log: TockLog;
  private readonly flaws: ReadonlySet<LogFlaw>;
  private readonly size: number;
  /** Where the reader is; the log may have given that up. */
  private position = 0;

  constructor({ flash, deferredCalls, circular, mode = HARDENED, flaws = new Set() }: LogOptions) {
    this.flaws = flaws;
    this.size = flash.pages * (flash.pageSize - mode.headerSize);
    this.flash = new PageWriteFlash(flash, Infinity, deferredCalls);
    const writeErases = flash.writeErases || flaws.has('log-never-erases');
    this.log = new TockLog(this.flash.storage, { mode, circular, writeErases });
    this.readFlash();
  }

  private readFlash(): void {
    this.state = 'busy';
    this.flash.start(this.log.boot(), (outcome) => {
      this.state = outcome.ok ? 'idle' : 'unread';
      this.position = this.log.start;
    });
  }

  /** Why nothing can be started now. */
  private obstacle(): ErrorCode | undefined {
    if (this.state === 'idle') return undefined;
    if (this.state === 'busy') return ErrorCode.BUSY;
    this.readFlash();
    return ErrorCode.FAIL;
  }

  private start<T>(steps: Steps<T>, done: (result: T) => void): Result<void, never> {
    this.state = 'busy';
    this.flash.start(steps, (result) => {
      this.state = 'idle';
      done(result);
    });
    return Ok();
  }

  // --- Reading -------------------------------------------------------------------------------------

  setReadClient(client: hil.log.LogReadClient): void {
    this.readClient = client;
  }

  read(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    const { readClient: client } = this;
    const error = this.obstacle() ?? this.readError(buffer, length);
    if (error !== undefined) return Err([error, buffer]);
    if (client === undefined) return Err([ErrorCode.RESERVE, buffer]);
    return this.start(this.log.entryFrom(this.nextReadEntryId()), (found) => {
      const result = this.take(found, buffer, length);
      client.readDone(buffer, result.ok ? result.value : 0, result.ok ? Ok() : result);
    });
  }

  private readError(buffer: Uint8Array, length: number): ErrorCode | undefined {
    if (!isLength(length, buffer)) return ErrorCode.INVAL;
    return this.nextReadEntryId() >= this.log.endId ? ErrorCode.FAIL : undefined;
  }

  /** The entry that was found goes to the buffer; its length. */
  private take(
    found: Outcome<LogEntry | undefined>,
    buffer: Uint8Array,
    length: number,
  ): Result<number> {
    if (!found.ok || found.value === undefined) return Err(ErrorCode.FAIL);
    const { bytes, next } = found.value;
    if (bytes.length > length) return Err(ErrorCode.SIZE);
    buffer.set(bytes);
    this.position = next;
    return Ok(bytes.length);
  }

  logStart(): hil.log.EntryId {
    return this.log.start;
  }

  logEnd(): hil.log.EntryId {
    return this.log.endId;
  }

  /** What the log gave up is skipped. */
  nextReadEntryId(): hil.log.EntryId {
    return Math.max(this.position, this.log.start);
  }

  seek(entry: hil.log.EntryId): Result {
    const { log, readClient: client } = this;
    const error = this.obstacle();
    if (error !== undefined) return Err(error);
    const isWithin = Number.isInteger(entry) && entry >= log.start && entry <= log.endId;
    if (!isWithin) return Err(ErrorCode.INVAL);
    if (client === undefined) return Err(ErrorCode.RESERVE);
    return this.start(log.isBoundary(entry), (found) => {
      if (found.ok && found.value) this.position = entry;
      client.seekDone(found.ok && found.value ? Ok() : Err(refusalOf(found)));
    });
  }

  getSize(): number {
    return this.size;
  }

  // --- Writing -------------------------------------------------------------------------------------

  setAppendClient(client: hil.log.LogWriteClient): void {
    this.appendClient = client;
  }

  append(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    const { appendClient: client, log } = this;
    const error = this.obstacle() ?? this.appendError(buffer, length);
    if (error !== undefined) return Err([error, buffer]);
    if (client === undefined) return Err([ErrorCode.RESERVE, buffer]);
    const done = (outcome: Outcome): void => {
      const { ok } = outcome;
      client.appendDone(buffer, ok ? length : 0, ok && log.hasLost, resultOf(outcome));
    };
    const steps = log.append(buffer.subarray(0, length));
    if (!log.fits(length) || !this.flaws.has('log-append-calls-back')) {
      return this.start(steps, done);
    }
    done(runAtOnce(steps));
    return Ok();
  }

  private appendError(buffer: Uint8Array, length: number): ErrorCode | undefined {
    if (!isLength(length, buffer) || length === 0) return ErrorCode.INVAL;
    if (length > this.log.maxEntryLength) return ErrorCode.SIZE;
    return this.log.isFullFor(length) ? ErrorCode.FAIL : undefined;
  }

  sync(): Result {
    const { appendClient: client } = this;
    if (this.log.isPageEmpty && this.flaws.has('log-sync-says-nothing')) return Ok();
    const error = this.obstacle();
    if (error !== undefined) return Err(error);
    if (client === undefined) return Err(ErrorCode.RESERVE);
    return this.start(this.log.sync(), (outcome) => client.syncDone(resultOf(outcome)));
  }

  erase(): Result {
    const { appendClient: client } = this;
    const error = this.obstacle();
    if (error !== undefined) return Err(error);
    if (client === undefined) return Err(ErrorCode.RESERVE);
    return this.start(this.log.clear(), (outcome) => {
      if (outcome.ok) this.position = this.log.start;
      client.eraseDone(resultOf(outcome));
    });
  }
}

function isLength(length: number, buffer: Uint8Array): boolean {
  return Number.isInteger(length) && length >= 0 && length <= buffer.length;
}

/** A log whose offsets are used up has come to its end; all else is the flash's fault. */
function resultOf(outcome: Outcome): Result {
  if (outcome.ok) return Ok();
  return Err(outcome.error === 'NoLifetime' ? ErrorCode.CANCEL : ErrorCode.FAIL);
}

function refusalOf(found: Outcome<boolean>): ErrorCode {
  return found.ok ? ErrorCode.INVAL : ErrorCode.FAIL;
}
