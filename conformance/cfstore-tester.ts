// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A client of a configuration store that waits for each answer, in either mode, and notes each completion.
 *
 * NON-TOCK: part of the suite.
 */
import { expect } from 'chai';
import type * as hil from '#kernel/hil';
import type { Result } from '#kernel/result';

type Status = hil.cfstore.Status;
type Handle = hil.cfstore.Handle;
type Driver = hil.cfstore.ArmCfstoreDriver;

/** A call, to be made on a driver. */
export type Call = (cfstore: Driver) => Result<Status, Status | hil.cfstore.Refused>;

/** Text as bytes. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Mode and rights of what it creates: the owner's, to read and to write. */
const DESCRIPTOR = { acl: 0x03, mode: { read: true, write: true } };

export class CfstoreTester implements hil.cfstore.Client {
  readonly completions: hil.cfstore.Completion[] = [];
  /** Runs in each completion. */
  heard: ((completion: hil.cfstore.Completion) => void) | undefined;
  /** What `calls` lend, by opcode. */
  readonly loans = new Map<string, Uint8Array>([
    ['create', bytes('z')],
    ['open', bytes('a')],
    ['read', new Uint8Array(2)],
    ['write', bytes('xy')],
    ['getKeyName', new Uint8Array(16)],
  ]);

  constructor(
    readonly cfstore: Driver,
    private readonly context: string,
    private readonly settle: () => void,
  ) {}

  cfstoreDone(completion: hil.cfstore.Completion): void {
    this.completions.push(completion);
    this.heard?.(completion);
  }

  /** Every call that needs an initialised client and takes a handle or nothing open; `close` comes last. */
  calls(handle: Handle): Record<string, Call> {
    const loan = (opcode: string): Uint8Array => this.loans.get(opcode) ?? new Uint8Array(0);
    return {
      create: (cfstore) => cfstore.create(loan('create'), 4, DESCRIPTOR),
      open: (cfstore) => cfstore.open(loan('open'), { read: true }),
      read: (cfstore) => cfstore.read(handle, loan('read')),
      write: (cfstore) => cfstore.write(handle, loan('write')),
      rseek: (cfstore) => cfstore.rseek(handle, 0),
      wseek: (cfstore) => cfstore.wseek(handle, 0),
      getKeyName: (cfstore) => cfstore.getKeyName(handle, loan('getKeyName')),
      getValueLen: (cfstore) => cfstore.getValueLen(handle),
      flush: (cfstore) => cfstore.flush(),
      delete: (cfstore) => cfstore.delete(handle),
      close: (cfstore) => cfstore.close(handle),
    };
  }

  /** The status of a call, at once or when it is completed. */
  result(call: Call): Status {
    const before = this.completions.length;
    const answer = call(this.cfstore);
    if (!answer.ok) {
      this.settle();
      expect(this.completions, 'completions of what was refused').to.have.length(before);
      return typeof answer.error === 'number' ? answer.error : answer.error[0];
    }
    if (!this.cfstore.getCapabilities().asynchronousOps) return answer.value;
    expect(answer.value, 'pending').to.equal(0);
    this.settle();
    expect(this.completions, 'one completion').to.have.length(before + 1);
    return this.completions[before]?.status ?? NaN;
  }

  initialize(): Status {
    return this.result((cfstore) => cfstore.initialize(this, this.context));
  }

  create(name: string, length: number): Handle {
    return this.result((cfstore) => cfstore.create(bytes(name), length, DESCRIPTOR));
  }

  open(name: string, mode: hil.cfstore.FileMode = { read: true }): Handle {
    return this.result((cfstore) => cfstore.open(bytes(name), mode));
  }

  find(query: string, previous?: Handle): Handle {
    return this.result((cfstore) => cfstore.find(bytes(query), previous));
  }

  write(handle: Handle, text: string): Status {
    return this.result((cfstore) => cfstore.write(handle, bytes(text)));
  }

  /** What a read gives as text, or its error. */
  read(handle: Handle, length = 64): string | Status {
    const buffer = new Uint8Array(length);
    const count = this.result((cfstore) => cfstore.read(handle, buffer));
    return count < 0 ? count : new TextDecoder().decode(buffer.subarray(0, count));
  }

  /** Makes a new key with a value: the status of its close. */
  keep(name: string, value: string): Status {
    const handle = this.create(name, value.length);
    if (handle < 0) return handle;
    const written = this.write(handle, value);
    if (written !== value.length) return written;
    return this.result((cfstore) => cfstore.close(handle));
  }

  /** The whole value of a key as text, or the error of its open. */
  text(name: string): string | Status {
    const handle = this.open(name);
    if (handle < 0) return handle;
    const length = this.result((cfstore) => cfstore.getValueLen(handle));
    const text = this.read(handle, length);
    this.result((cfstore) => cfstore.close(handle));
    return text;
  }
}
