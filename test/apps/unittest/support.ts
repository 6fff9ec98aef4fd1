// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A fake driver for tests of the fake kernel.
 *
 * NON-TOCK: tests.
 */
import {
  answer,
  type FakeAnswer,
  type FakeDriver,
  type UpcallScheduler,
} from '#apps/unittest/fake-driver';
import { ErrorCode } from '#kernel/errorcode';

/** The driver's number; it has upcalls 0 and 1. */
export const DRIVER = 0x9000;

/** Command 1 schedules upcall arg1 with (arg2, arg2 + 1, arg2 + 2); 2 answers the sum; 3 fails. */
export class EchoDriver implements FakeDriver {
  readonly info = { driverNum: DRIVER, upcalls: 2 };
  readonly commands: number[][] = [];
  upcalls: UpcallScheduler | undefined;
  /** With what subscribe and allow are refused. */
  refusal: ErrorCode | undefined;
  writable: Uint8Array = new Uint8Array(0);
  /** Subscribe numbers heard of. */
  readonly subscribes: number[] = [];

  register(upcalls: UpcallScheduler): void {
    this.upcalls = upcalls;
  }

  command(commandNum: number, argument1: number, argument2: number): FakeAnswer {
    this.commands.push([commandNum, argument1, argument2]);
    if (commandNum === 2) return answer.successU32(argument1 + argument2);
    if (commandNum === 3) return answer.failure(ErrorCode.FAIL);
    if (commandNum === 1) {
      this.upcalls?.schedule(argument1, [argument2, argument2 + 1, argument2 + 2]);
    }
    return answer.success();
  }

  subscribe(subscribeNum: number): ErrorCode | undefined {
    this.subscribes.push(subscribeNum);
    return this.refusal;
  }

  allowReadOnly(): ErrorCode | undefined {
    return this.refusal;
  }

  allowReadWrite(_: number, bytes: Uint8Array): ErrorCode | undefined {
    if (this.refusal === undefined) this.writable = bytes;
    return this.refusal;
  }
}
