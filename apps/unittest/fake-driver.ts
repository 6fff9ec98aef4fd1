// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a fake driver is made of: it answers at once, in the app's own turn.
 *
 * NON-TOCK: after libtock-rs's `unittest/src/fake/syscall_driver.rs`.
 */
import type { ErrorCode } from '#kernel/errorcode';
import type { Result } from '#kernel/result';
import { ReturnVariant } from '#kernel/syscall';

/** A command's answer: the variant (r0), then its words, three at most. */
export type FakeAnswer = readonly [variant: ReturnVariant, ...words: number[]];

/** The usual answers; any other is written out as a `FakeAnswer`. */
export const answer = {
  success: (): FakeAnswer => [ReturnVariant.Success],
  successU32: (value: number): FakeAnswer => [ReturnVariant.SuccessU32, value],
  failure: (error: ErrorCode): FakeAnswer => [ReturnVariant.Failure, error],
} as const;

/** How a driver reaches the app. */
export interface UpcallScheduler {
  /** Queues an upcall. InvalidSubscribeNum: the number is not below `info.upcalls`. */
  schedule(
    subscribeNum: number,
    words: readonly [number, number, number],
  ): Result<void, 'InvalidSubscribeNum'>;
}

/** A driver for tests. Hooks say with which error they refuse; undefined accepts. */
export interface FakeDriver {
  readonly info: {
    readonly driverNum: number;
    /** How many upcalls it has: numbers count from 0. */
    readonly upcalls: number;
  };
  /** Called once, when the driver is added to a kernel. */
  register?(upcalls: UpcallScheduler): void;
  command(commandNum: number, argument1: number, argument2: number): FakeAnswer;
  /** Hears of a subscribe, also of one with none. */
  subscribe?(subscribeNum: number): ErrorCode | undefined;
  /** Gets the bytes lent, empty when they are taken back. Without it, every number is NOSUPPORT. */
  allowReadOnly?(allowNum: number, bytes: Readonly<Uint8Array>): ErrorCode | undefined;
  /** As `allowReadOnly`, with bytes that it may write. */
  allowReadWrite?(allowNum: number, bytes: Uint8Array): ErrorCode | undefined;
}
