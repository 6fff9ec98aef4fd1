// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A fake key-value store, driver 0x50003: a map, with the answers of the real one (case H45).
 *
 * NON-TOCK: after libtock-rs's `unittest/src/fake/key_value/`; system calls in
 * `doc/syscalls/50003_key_value.md`. There are no permissions, and each operation is done at its command.
 */
import { ErrorCode } from '#kernel/errorcode';
import { answer, type FakeAnswer, type FakeDriver, type UpcallScheduler } from './fake-driver.ts';

const Command = {
  EXISTS: 0,
  GET: 1,
  SET: 2,
  DELETE: 3,
  ADD: 4,
  UPDATE: 5,
  GARBAGE_COLLECT: 6,
} as const;
const Upcall = { DONE: 0 } as const;
const RoAllow = { KEY: 0, VALUE: 1 } as const;
const RwAllow = { VALUE: 0 } as const;
const LONGEST_KEY = 64;
const LONGEST_VALUE = 503;
const EMPTY = new Uint8Array(0);

export class FakeKv implements FakeDriver {
  readonly info = { driverNum: 0x50003, upcalls: 1 };
  private readonly values = new Map<string, Uint8Array>();
  private upcalls: UpcallScheduler | undefined;
  private readonly lent: Readonly<Uint8Array>[] = [EMPTY, EMPTY];
  private target: Uint8Array = EMPTY;

  register(upcalls: UpcallScheduler): void {
    this.upcalls = upcalls;
  }

  allowReadOnly(allowNum: number, bytes: Readonly<Uint8Array>): ErrorCode | undefined {
    if (allowNum > RoAllow.VALUE) return ErrorCode.NOSUPPORT;
    this.lent[allowNum] = bytes;
    return undefined;
  }

  allowReadWrite(allowNum: number, bytes: Uint8Array): ErrorCode | undefined {
    if (allowNum !== RwAllow.VALUE) return ErrorCode.NOSUPPORT;
    this.target = bytes;
    return undefined;
  }

  command(commandNum: number): FakeAnswer {
    switch (commandNum) {
      case Command.EXISTS:
        return answer.success();
      case Command.GARBAGE_COLLECT:
        return this.done(0);
      case Command.GET:
        return this.lengthRefused(0) ?? this.get();
      case Command.DELETE:
        return (
          this.lengthRefused(0) ?? this.done(this.values.delete(this.key) ? 0 : ErrorCode.NOSUPPORT)
        );
      case Command.SET:
      case Command.ADD:
      case Command.UPDATE:
        return this.lengthRefused(this.value.length) ?? this.store(commandNum);
      default:
        return answer.failure(ErrorCode.NOSUPPORT);
    }
  }

  /** Whether a key is in the store, for a test to look. */
  has(key: string): boolean {
    return this.values.has(key);
  }

  /** The key lent, a character for each byte. */
  private get key(): string {
    return String.fromCharCode(...(this.lent[RoAllow.KEY] ?? EMPTY));
  }

  private get value(): Readonly<Uint8Array> {
    return this.lent[RoAllow.VALUE] ?? EMPTY;
  }

  private lengthRefused(valueLength: number): FakeAnswer | undefined {
    const fits = this.key.length <= LONGEST_KEY && valueLength <= LONGEST_VALUE;
    return fits ? undefined : answer.failure(ErrorCode.SIZE);
  }

  /** Set stores always, add only what is not there, update only what is. */
  private store(commandNum: number): FakeAnswer {
    const refused = this.values.has(this.key)
      ? commandNum === Command.ADD
      : commandNum === Command.UPDATE;
    if (refused) return this.done(ErrorCode.NOSUPPORT);
    this.values.set(this.key, this.value.slice());
    return this.done(0);
  }

  /** A short buffer gets what fits, and SIZE with the whole length. */
  private get(): FakeAnswer {
    const value = this.values.get(this.key);
    if (value === undefined) return this.done(ErrorCode.NOSUPPORT);
    this.target.set(value.subarray(0, this.target.length));
    return this.done(value.length > this.target.length ? ErrorCode.SIZE : 0, value.length);
  }

  private done(status: number, length = 0): FakeAnswer {
    this.upcalls?.schedule(Upcall.DONE, [status, length, 0]);
    return answer.success();
  }
}
