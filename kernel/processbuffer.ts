// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Buffers that a process lends to a capsule through allow: looked at only when needed, gone when the
 * process is gone.
 *
 * Mirrors `kernel/src/processbuffer.rs`. The kernel keeps address and length in the grant; a capsule
 * gets a buffer object from `GrantKernelData` and reaches the bytes through `enter`, which gives them
 * for the duration of a closure. Cases D09–D12.
 */
import { panic, refuseToCompile } from './assert.ts';
import { ErrorCode } from './errorcode.ts';
import type { ProcessError, ProcessId } from './process.ts';
import { Err, Ok, type Result } from './result.ts';

/** Under which number a buffer was lent to which driver. */
export interface BufferId {
  readonly driverNum: number;
  readonly allowNum: number;
  /** Lent read-only, read-write, or read-write with userspace going on to read it. */
  readonly kind: 'readOnly' | 'readWrite' | 'userspaceReadable';
}

/** Resolves lent memory: implemented by the kernel. */
export interface ProcessBufferSource {
  /** The bytes lent, or undefined when that life of the process is over. */
  lentBytes(processId: ProcessId, address: number, length: number): Uint8Array | undefined;
  /** @internal The same bytes whether or not the process lives: a 1.x slice asks nobody. */
  memoryOf(processId: ProcessId, address: number, length: number): Uint8Array;
  /** @internal Somebody is about to reach the bytes. */
  touched(processId: ProcessId, id: BufferId, address: number, length: number): void;
}

/** How long a buffer object may be used: in Rust, its lifetime. */
export interface Lease {
  /** Whether it may be used now. */
  readonly usable: boolean;
}

/** A lease that somebody ends: a capsule that gives the buffer back, or a grant that is left. @internal */
export class Holding implements Lease {
  usable = true;
}

function outside(index: number): never {
  panic(`index ${index.toString()} is outside a process buffer`);
}

/** The bytes of a read-only buffer, while the closure runs. */
export class ReadableProcessSlice {
  private ended = false;

  constructor(
    private readonly lent: Uint8Array,
    /** The slice that this one is a part of: they end together. */
    protected readonly whole?: ReadableProcessSlice,
  ) {}

  protected get bytes(): Uint8Array {
    if ((this.whole ?? this).ended) {
      refuseToCompile('the bytes of a buffer were kept beyond the closure');
    }
    return this.lent;
  }

  /** @internal The closure is over. */
  end(): void {
    this.ended = true;
  }

  get length(): number {
    return this.bytes.length;
  }
  /** The byte at an index, or undefined outside (case D11: the checked getter). */
  get(index: number): number | undefined {
    return this.bytes[index];
  }
  /** The byte at an index; outside, the kernel panics (case D11: indexing). */
  at(index: number): number {
    return this.bytes[index] ?? outside(index);
  }
  /** Copies all bytes out; SIZE, and nothing is copied, unless the lengths are equal (case D12). */
  copyToSlice(target: Uint8Array): Result {
    if (target.length !== this.bytes.length) return Err(ErrorCode.SIZE);
    target.set(this.bytes);
    return Ok();
  }
  /** A part of the buffer, or undefined when it does not lie inside. */
  slice(from: number, to: number): ReadableProcessSlice | undefined {
    if (from < 0 || from > to || to > this.bytes.length) return undefined;
    return new ReadableProcessSlice(this.bytes.subarray(from, to), this.whole ?? this);
  }
  /** A copy of the bytes. NON-TOCK: for formatting and comparisons in capsules. */
  toBytes(): Uint8Array {
    return this.bytes.slice();
  }
}

/** The bytes of a read-write buffer, while the closure runs. */
export class WriteableProcessSlice extends ReadableProcessSlice {
  /** Writes a byte; outside, the kernel panics. */
  set(index: number, value: number): void {
    if (this.bytes[index] === undefined) outside(index);
    this.bytes[index] = value;
  }
  /** Copies bytes in; SIZE, and nothing is copied, unless the lengths are equal (case D12). */
  copyFromSlice(source: Uint8Array): Result {
    if (source.length !== this.bytes.length) return Err(ErrorCode.SIZE);
    this.bytes.set(source);
    return Ok();
  }
  override slice(from: number, to: number): WriteableProcessSlice | undefined {
    if (from < 0 || from > to || to > this.bytes.length) return undefined;
    return new WriteableProcessSlice(this.bytes.subarray(from, to), this.whole ?? this);
  }
}

/** Address and length of what a process lent, with the life of the process that lent it. */
abstract class ProcessBuffer {
  constructor(
    private readonly source: ProcessBufferSource,
    readonly processId: ProcessId,
    /** @internal */
    readonly id: BufferId,
    readonly address: number,
    /** Bytes lent, whether or not the process lives. */
    readonly lentLength: number,
    /** @internal */
    readonly lease: Lease = new Holding(),
  ) {}

  /** Bytes lent; 0 when the process is gone. */
  get length(): number {
    return this.lent()?.length ?? 0;
  }

  protected look<S extends ReadableProcessSlice, R>(
    slice: (bytes: Uint8Array) => S,
    visit: (slice: S) => R,
  ): Result<R, ProcessError> {
    const bytes = this.lent();
    if (bytes === undefined) return Err('NoSuchApp');
    this.source.touched(this.processId, this.id, this.address, this.lentLength);
    const opened = slice(bytes);
    try {
      return Ok(visit(opened));
    } finally {
      opened.end();
    }
  }

  private lent(): Uint8Array | undefined {
    if (!this.lease.usable)
      refuseToCompile('a buffer was used outside the time that it was lent for');
    return this.source.lentBytes(this.processId, this.address, this.lentLength);
  }
}

/** A buffer lent read-only: RAM or flash of the process. */
export class ReadOnlyProcessBuffer extends ProcessBuffer {
  /** Gives the bytes to a closure. NoSuchApp when that life of the process is over. */
  enter<R>(visit: (slice: ReadableProcessSlice) => R): Result<R, ProcessError> {
    return this.look(readable, visit);
  }
}

/** A buffer lent for reading and writing: RAM of the process. */
export class ReadWriteProcessBuffer extends ProcessBuffer {
  enter<R>(visit: (slice: ReadableProcessSlice) => R): Result<R, ProcessError> {
    return this.look(readable, visit);
  }
  mutEnter<R>(visit: (slice: WriteableProcessSlice) => R): Result<R, ProcessError> {
    return this.look(writeable, visit);
  }
}

const readable = (bytes: Uint8Array): ReadableProcessSlice => new ReadableProcessSlice(bytes);
const writeable = (bytes: Uint8Array): WriteableProcessSlice => new WriteableProcessSlice(bytes);

/** A buffer that userspace may go on reading while the capsule writes it (class 7). */
export class UserspaceReadableProcessBuffer extends ReadWriteProcessBuffer {}

const NOBODY: ProcessBufferSource = {
  lentBytes: () => undefined,
  memoryOf: () => new Uint8Array(0),
  touched: () => undefined,
};

/** The empty buffer that is nobody's: what a capsule that holds buffers has before the first allow. */
export const noReadOnlyBuffer = (): ReadOnlyProcessBuffer =>
  new ReadOnlyProcessBuffer(NOBODY, -1 as ProcessId, NO_ID, 0, 0);
/** The same, for reading and writing. */
export const noReadWriteBuffer = (): ReadWriteProcessBuffer =>
  new ReadWriteProcessBuffer(NOBODY, -1 as ProcessId, NO_ID, 0, 0);

const NO_ID: BufferId = { driverNum: -1, allowNum: -1, kind: 'readOnly' };
