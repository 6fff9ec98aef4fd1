// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What DirectStorage and BlockStorage share as capsules: read, write, flush and crc, one operation at a time.
 *
 * NON-TOCK: TinyOS. What is impossible is refused before anything starts, with FAIL like everything that is refused.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import type { Steps } from '#libraries/store/storage';
import type { DirectStorage, TinyosFault, TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { OneAtATime } from './one-at-a-time.ts';
import type { StoreFlash } from './store-flash.ts';
import { closes, isLength, resultOf } from './tinyos-errors.ts';

/** What is read and written. */
export type VolumeSteps = Pick<DirectStorage, 'read' | 'write' | 'flush' | 'crc'>;

/** Who is told of that. */
export type VolumeClient = Omit<hil.blockStorage.BlockStorageClient, 'eraseDone'>;

/** The largest CRC. */
const MOST_CRC = 0xffff;

export abstract class TinyosVolume<Client extends VolumeClient> {
  protected client: Client | undefined;
  private readonly operations: OneAtATime<TinyosFault>;

  constructor(
    flash: StoreFlash,
    private readonly volume: VolumeSteps,
    private readonly size: number,
  ) {
    this.operations = new OneAtATime<TinyosFault>({ flash, boot: ready, closes });
  }

  setClient(client: Client): void {
    this.client = client;
  }

  read(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>> {
    return this.withBuffer(
      [addr, buf, len],
      () => this.volume.read(addr, len),
      (client, outcome) => {
        if (outcome.ok) buf.set(outcome.value);
        client.readDone(addr, buf, len, resultOf(outcome));
      },
    );
  }

  write(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>> {
    const steps = (): Steps<TinyosOutcome> => this.volume.write(addr, buf.subarray(0, len));
    return this.withBuffer([addr, buf, len], steps, (client, outcome) => {
      client.writeDone(addr, buf, len, resultOf(outcome));
    });
  }

  flush(): Result {
    return this.start(
      true,
      () => this.volume.flush(),
      (client, outcome) => {
        client.flushDone(resultOf(outcome));
      },
    );
  }

  crc(addr: number, len: number, baseCrc: number): Result {
    return this.start(
      this.isWithin(addr, len) && isLength(baseCrc, MOST_CRC),
      () => this.volume.crc(addr, len, baseCrc),
      (client, outcome) => {
        client.crcDone(outcome.ok ? outcome.value : 0, addr, len, resultOf(outcome));
      },
    );
  }

  private isWithin(addr: number, len: number): boolean {
    return isLength(len, this.size) && isLength(addr, this.size - len);
  }

  /** An operation on a buffer; it is possible when that is long enough and the place inside the volume. */
  protected withBuffer<T>(
    [addr, buf, len]: readonly [addr: number, buf: Uint8Array, len: number],
    steps: () => Steps<TinyosOutcome<T>>,
    tell: (client: Client, outcome: TinyosOutcome<T>) => void,
  ): Result<void, Rejected<Uint8Array>> {
    const started = this.start(this.isWithin(addr, len) && isLength(len, buf.length), steps, tell);
    return started.ok ? started : Err([started.error, buf]);
  }

  /** Refused with FAIL when it is not possible or another runs; RESERVE: nobody would be told. */
  protected start<T>(
    possible: boolean,
    steps: () => Steps<TinyosOutcome<T>>,
    tell: (client: Client, outcome: TinyosOutcome<T>) => void,
  ): Result {
    const { client, operations } = this;
    if (operations.isBusy || !possible) return Err(ErrorCode.FAIL);
    if (client === undefined) return Err(ErrorCode.RESERVE);
    operations.start(steps, (outcome) => {
      tell(client, outcome);
    });
    return Ok();
  }
}

const NO_STEPS: readonly never[] = [];

/** A volume needs no opening. */
function* ready(): Steps<TinyosOutcome> {
  yield* NO_STEPS;
  return Ok();
}
