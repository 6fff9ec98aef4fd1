// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Non-volatile storage in memory whose operations take a millisecond, and which refuses or fails when a
 * test says so.
 *
 * NON-TOCK: tests.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { ms, ns } from '#kernel/time';
import type { Testbench } from './testbench.ts';

/** One operation at a time, checked as the interface says. */
export class FakeStorage implements hil.nonvolatileStorage.NonvolatileStorage {
  readonly content: Uint8Array;
  /** Operations that were accepted, as (kind, address, length). */
  readonly accepted: [kind: 'read' | 'write', address: number, length: number][] = [];
  /** While set, each call is refused with it. */
  refusal: ErrorCode | undefined;
  /** What the operations end with. */
  outcome: Result = Ok();
  /** A byte that a write gets wrong: each bit the other way round. */
  spoil: number | undefined;
  /** Buffers that came in and have not gone back. */
  held = 0;
  private client: hil.nonvolatileStorage.NonvolatileStorageClient | undefined;

  constructor(
    private readonly bench: Testbench,
    size: number,
  ) {
    this.content = new Uint8Array(size).fill(0xff);
  }

  setClient(client: hil.nonvolatileStorage.NonvolatileStorageClient): void {
    this.client = client;
  }

  read(buffer: Uint8Array, address: number, length: number): Result<void, Rejected<Uint8Array>> {
    return this.start('read', buffer, address, length);
  }

  write(buffer: Uint8Array, address: number, length: number): Result<void, Rejected<Uint8Array>> {
    return this.start('write', buffer, address, length);
  }

  private start(
    kind: 'read' | 'write',
    buffer: Uint8Array,
    address: number,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    if (this.refusal !== undefined) return Err([this.refusal, buffer]);
    if (this.held > 0) return Err([ErrorCode.BUSY, buffer]);
    if (address + length > this.content.length || length > buffer.length) {
      return Err([ErrorCode.INVAL, buffer]);
    }
    this.accepted.push([kind, address, length]);
    this.held++;
    this.bench.interruptAt(ns(this.bench.clock.now + ms(1)), () => {
      this.finish(kind, buffer, address, length);
    });
    return Ok();
  }

  private finish(
    kind: 'read' | 'write',
    buffer: Uint8Array,
    address: number,
    length: number,
  ): void {
    this.held--;
    const { client, outcome } = this;
    if (kind === 'read') {
      buffer.set(this.content.subarray(address, address + length));
      client?.readDone(buffer, length, outcome);
    } else {
      if (outcome.ok) this.store(address, buffer.subarray(0, length));
      client?.writeDone(buffer, length, outcome);
    }
  }

  private store(address: number, bytes: Uint8Array): void {
    this.content.set(bytes, address);
    const { spoil = -1, content } = this;
    if (spoil >= address && spoil < address + bytes.length) {
      content[spoil] = ~(content[spoil] ?? 0);
    }
  }
}
