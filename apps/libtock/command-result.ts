// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a command answered, decoded.
 *
 * NON-TOCK: libtock-rs's `CommandReturn` as one record: which variant, and its words.
 */
import { BADRVAL } from '#kernel/errorcode';
import { ReturnVariant } from '#kernel/syscall';

/** A command's answer. A word that the variant does not have is undefined. */
export class CommandResult {
  constructor(
    /** r0 as it came: a `ReturnVariant`, or a reserved number. */
    readonly variant: number,
    protected readonly word1: number,
    private readonly word2: number,
    private readonly word3: number,
  ) {}

  /** Whether it is a success variant that exists. */
  get ok(): boolean {
    return this.variant >= ReturnVariant.Success && this.variant <= ReturnVariant.SuccessU32U64;
  }

  /** The error's number; BADRVAL when the variant is reserved; 0 for a success. */
  get error(): number {
    if (this.ok) return 0;
    return this.variant <= ReturnVariant.FailureU64 ? this.word1 : BADRVAL;
  }

  isSuccess(): boolean {
    return this.variant === ReturnVariant.Success;
  }
  successU32(): number | undefined {
    return this.variant === ReturnVariant.SuccessU32 ? this.word1 : undefined;
  }
  /** The word of a command that is never refused, 0 without the driver: also one that reads as an error in 1.x. */
  counter(): number {
    return this.successU32() ?? 0;
  }
  successU32U32(): readonly [number, number] | undefined {
    return this.variant === ReturnVariant.SuccessU32U32 ? [this.word1, this.word2] : undefined;
  }
  successU64(): bigint | undefined {
    return this.variant === ReturnVariant.SuccessU64 ? wide(this.word1, this.word2) : undefined;
  }
  successU32U32U32(): readonly [number, number, number] | undefined {
    if (this.variant !== ReturnVariant.SuccessU32U32U32) return undefined;
    return [this.word1, this.word2, this.word3];
  }
  successU32U64(): readonly [number, bigint] | undefined {
    if (this.variant !== ReturnVariant.SuccessU32U64) return undefined;
    return [this.word1, wide(this.word2, this.word3)];
  }
  failure(): number | undefined {
    return this.variant === ReturnVariant.Failure ? this.word1 : undefined;
  }
  failureU32(): readonly [number, number] | undefined {
    return this.variant === ReturnVariant.FailureU32 ? [this.word1, this.word2] : undefined;
  }
  failureU32U32(): readonly [number, number, number] | undefined {
    if (this.variant !== ReturnVariant.FailureU32U32) return undefined;
    return [this.word1, this.word2, this.word3];
  }
  failureU64(): readonly [number, bigint] | undefined {
    if (this.variant !== ReturnVariant.FailureU64) return undefined;
    return [this.word1, wide(this.word2, this.word3)];
  }
}

/** An answer of Tock 1.x: one word, an error or a value. A success with more than one word lost the others. */
export class ReturnCodeResult extends CommandResult {
  constructor(
    private readonly r0: number,
    error: number,
  ) {
    super(error === 0 ? ReturnVariant.Success : ReturnVariant.Failure, error, 0, 0);
  }

  override isSuccess(): boolean {
    return this.r0 === 0;
  }
  override successU32(): number | undefined {
    return this.ok ? this.r0 : undefined;
  }
  override counter(): number {
    return this.r0;
  }
}

const wide = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low);
