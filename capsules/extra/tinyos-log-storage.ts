// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A log for capsules, linear or circular: LogRead and LogWrite of TEP 103 over the LogStorage of TEP 129.
 *
 * NON-TOCK: TinyOS; Tock's own log is `log.ts`.
 *
 *     a capsule               read: read · seek        write: append · sync · erase
 *     TinyosLogStorage        one operation at a time, of either half
 *     LogStorage              steps: read · write · erase
 *     StoreFlash              hil.flash
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import type { Steps } from '#libraries/store/storage';
import type { TinyosFault, TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { OneAtATime } from './one-at-a-time.ts';
import type { StoreFlash } from './store-flash.ts';
import { closes, isIndex, isLength, resultOf } from './tinyos-errors.ts';

/** The log in steps; `libraries/tinyos` has it. */
export interface LogSteps {
  boot(): Steps<TinyosOutcome>;
  append(data: Uint8Array): Steps<TinyosOutcome<{ readonly recordsLost: boolean }>>;
  sync(): Steps<TinyosOutcome>;
  erase(): Steps<TinyosOutcome>;
  read(length: number): Steps<TinyosOutcome<Uint8Array>>;
  seek(cookie: number): Steps<TinyosOutcome>;
  /** Where the next append goes, and where the next read begins. */
  readonly currentOffset: number;
  readonly readOffset: number;
  getSize(): number;
}

/** Cookies have 32 bits. */
const COOKIES = 2 ** 32;

/** One half: whom it tells, and what it runs. */
abstract class Half<Client> {
  private client: Client | undefined;

  constructor(
    protected readonly log: LogSteps,
    private readonly operations: OneAtATime<TinyosFault>,
  ) {}

  setClient(client: Client): void {
    this.client = client;
  }

  protected start<T>(
    error: ErrorCode | undefined,
    steps: () => Steps<TinyosOutcome<T>>,
    tell: (client: Client, outcome: TinyosOutcome<T>) => void,
  ): Result {
    return this.operations.startFor(this.client, error, steps, tell);
  }
}

class ReadHalf extends Half<hil.logStorage.LogReadClient> implements hil.logStorage.LogRead {
  read(buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>> {
    const started = this.start(
      isLength(len, buf.length) ? undefined : ErrorCode.INVAL,
      () => this.log.read(len),
      (client, outcome) => {
        if (outcome.ok) buf.set(outcome.value);
        client.readDone(buf, outcome.ok ? outcome.value.length : 0, resultOf(outcome));
      },
    );
    return started.ok ? started : Err([started.error, buf]);
  }

  seek(offset: hil.logStorage.Cookie): Result {
    return this.start(
      isIndex(offset, COOKIES) ? undefined : ErrorCode.INVAL,
      () => this.log.seek(offset),
      (client, outcome) => {
        client.seekDone(resultOf(outcome));
      },
    );
  }

  currentOffset(): hil.logStorage.Cookie {
    return this.log.readOffset;
  }

  getSize(): number {
    return this.log.getSize();
  }
}

class WriteHalf extends Half<hil.logStorage.LogWriteClient> implements hil.logStorage.LogWrite {
  append(buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>> {
    const started = this.start(
      isLength(len, buf.length) ? undefined : ErrorCode.INVAL,
      () => this.log.append(buf.subarray(0, len)),
      (client, outcome) => {
        const isLost = outcome.ok && outcome.value.recordsLost;
        client.appendDone(buf, outcome.ok ? len : 0, isLost, resultOf(outcome));
      },
    );
    return started.ok ? started : Err([started.error, buf]);
  }

  sync(): Result {
    return this.start(
      undefined,
      () => this.log.sync(),
      (client, outcome) => {
        client.syncDone(resultOf(outcome));
      },
    );
  }

  erase(): Result {
    return this.start(
      undefined,
      () => this.log.erase(),
      (client, outcome) => {
        client.eraseDone(resultOf(outcome));
      },
    );
  }

  currentOffset(): hil.logStorage.Cookie {
    return this.log.currentOffset;
  }
}

export class TinyosLogStorage {
  readonly read: hil.logStorage.LogRead;
  readonly write: hil.logStorage.LogWrite;
  private readonly operations: OneAtATime<TinyosFault>;

  /** @param log a log on the flash's storage, not booted. */
  constructor(flash: StoreFlash, log: LogSteps) {
    const operations = new OneAtATime<TinyosFault>({ flash, boot: () => log.boot(), closes });
    this.operations = operations;
    this.read = new ReadHalf(log, operations);
    this.write = new WriteHalf(log, operations);
  }

  /**
   * Finds both ends of the log now, as TEP 129 asks of a boot: until it has, commands are BUSY. Without it the first operation
   * does, and the offsets are known from then on. When the flash fails in this, the next operation tries again.
   */
  boot(): void {
    this.operations.start(opened, () => undefined);
  }
}

const NO_STEPS: readonly never[] = [];

/** Nothing but to be open. */
function* opened(): Steps<TinyosOutcome> {
  yield* NO_STEPS;
  return Ok();
}
