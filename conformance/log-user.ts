// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A client of a log, and a log asked as if each call ended at once.
 *
 * NON-TOCK: what the suite of `log.ts` and the tests of logs use.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, type Rejected, type Result } from '#kernel/result';

/** A log, both halves of it. */
export type AnyLog = hil.log.LogRead & hil.log.LogWrite;

/** One callback. */
export interface LogCall {
  readonly name: 'read' | 'seek' | 'append' | 'sync' | 'erase';
  readonly result: Result;
  readonly buffer?: Uint8Array;
  readonly length?: number;
  readonly recordsLost?: boolean;
}

/** Notes each callback in order; `next`, when given, runs inside the first one. */
export class LogRecorder implements hil.log.LogReadClient, hil.log.LogWriteClient {
  readonly calls: LogCall[] = [];
  next: (() => void) | undefined;

  private note(call: LogCall): void {
    this.calls.push(call);
    const { next } = this;
    this.next = undefined;
    next?.();
  }
  readDone(buffer: Uint8Array, length: number, result: Result): void {
    this.note({ name: 'read', buffer, length, result });
  }
  seekDone(result: Result): void {
    this.note({ name: 'seek', result });
  }
  appendDone(buffer: Uint8Array, length: number, recordsLost: boolean, result: Result): void {
    this.note({ name: 'append', buffer, length, recordsLost, result });
  }
  syncDone(result: Result): void {
    this.note({ name: 'sync', result });
  }
  eraseDone(result: Result): void {
    this.note({ name: 'erase', result });
  }
}

/** A log and its client, asked at once: what a call is refused with, or what its callback says. */
export class LogUser {
  readonly client = new LogRecorder();

  constructor(
    readonly log: AnyLog,
    private readonly settle: () => void,
  ) {
    log.setReadClient(this.client);
    log.setAppendClient(this.client);
  }

  append(bytes: Uint8Array): ErrorCode | undefined {
    return this.end(this.log.append(bytes, bytes.length));
  }
  sync(): ErrorCode | undefined {
    return this.end(this.log.sync());
  }
  erase(): ErrorCode | undefined {
    return this.end(this.log.erase());
  }
  seek(entry: hil.log.EntryId): ErrorCode | undefined {
    return this.end(this.log.seek(entry));
  }

  /** The next entry, or why there is none. */
  read(room = 512): Uint8Array | ErrorCode {
    const buffer = new Uint8Array(room);
    const error = this.end(this.log.read(buffer, room));
    return error ?? buffer.slice(0, this.client.calls.at(-1)?.length);
  }

  /** All entries from where the reader is. */
  readAll(): Uint8Array[] {
    const entries: Uint8Array[] = [];
    for (;;) {
      const entry = this.read();
      if (typeof entry === 'number') return entries;
      entries.push(entry);
    }
  }

  private end(started: Result<void, ErrorCode | Rejected<Uint8Array>>): ErrorCode | undefined {
    if (!started.ok) return typeof started.error === 'number' ? started.error : started.error[0];
    this.settle();
    const { result } = this.client.calls.at(-1) ?? { result: Err(ErrorCode.NOACK) };
    return result.ok ? undefined : result.error;
  }
}

/** Bytes that tell which entry they are. */
export function entry(number: number, length = 16): Uint8Array {
  return new Uint8Array(length).map((_, at) => number * 31 + at * 7 + 1);
}
