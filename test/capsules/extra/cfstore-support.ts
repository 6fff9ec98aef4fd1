// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store's driver on a bench, and a process's hands on it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { DriverNum } from '#capsules/core/driver';
import { MuxCfstore } from '#capsules/extra/cfstore';
import { CFSTORE_GRANT, CfstoreSyscallDriver } from '#capsules/extra/cfstore-driver';
import { StoragePermissions } from '#kernel/storage-permissions';
import type { CfstoreDriver } from '#libraries/cfstore/driver';
import { FakeCfstore } from '../../support/fake-cfstore.ts';
import type { Code, RawProcess } from '../../support/raw-process.ts';
import { SteppedFlash } from '../../support/stepped-flash.ts';
import { Testbench, type SpawnOptions } from '../../support/testbench.ts';

/** The driver's number. */
export const CFSTORE = DriverNum.Cfstore;
const GEOMETRY = { wordSize: 4, pageSize: 256, numPages: 8, maxWordWrites: 1, maxPageErases: 99 };

/** Its commands. */
export const Command = {
  CREATE: 1,
  OPEN: 2,
  READ: 3,
  WRITE: 4,
  RSEEK: 5,
  WSEEK: 6,
  CLOSE: 7,
  DELETE: 8,
  FIND: 9,
  FLUSH: 10,
  KEY_NAME: 11,
  VALUE_LENGTH: 12,
  RECOVER: 13,
} as const;
/** Bits of modes, and those of a descriptor with all that its owner may have to read and write. */
export const READ = 0x08;
export const WRITE = 0x10;
export const READ_WRITE_KEY = 0x03 | ((READ | WRITE) << 8);

/** Status, result, and CFSTORE's error as a signed number. */
export type Answer = [status: number, result: number, error: number];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A configuration store in a process's hands. */
export class Hands {
  constructor(readonly process: RawProcess) {}

  /** Gives a command: r1 of a refusal, or 0. */
  *give(command: number, arg1 = 0, arg2 = 0): Code<number> {
    const [variant, error] = yield* this.process.command(CFSTORE, command, arg1, arg2);
    return variant === 128 ? 0 : error;
  }

  *wait(): Code<Answer> {
    const [status, result, error] = yield* this.process.yieldWaitFor(CFSTORE, 0);
    return [status, result, error | 0];
  }

  *operate(command: number, arg1 = 0, arg2 = 0): Code<Answer> {
    expect(yield* this.give(command, arg1, arg2), 'refused').to.equal(0);
    return yield* this.wait();
  }

  *lendName(name: string): Code {
    this.process.mem.write(this.process.ram(0), bytes(name));
    yield* this.process.allowRo(CFSTORE, 0, this.process.ram(0), name.length);
  }

  *lendData(text: string): Code {
    this.process.mem.write(this.process.ram(512), bytes(text));
    yield* this.process.allowRo(CFSTORE, 1, this.process.ram(512), text.length);
  }

  *create(name: string, length: number, bits = READ_WRITE_KEY): Code<Answer> {
    yield* this.lendName(name);
    return yield* this.operate(Command.CREATE, length, bits);
  }

  *open(name: string, mode = READ): Code<Answer> {
    yield* this.lendName(name);
    return yield* this.operate(Command.OPEN, mode);
  }

  *find(query: string, previous = 0): Code<Answer> {
    yield* this.lendName(query);
    return yield* this.operate(Command.FIND, previous);
  }

  *write(handle: number, text: string): Code<Answer> {
    yield* this.lendData(text);
    return yield* this.operate(Command.WRITE, handle);
  }

  /** What a command puts into the output, as text; or its answer. */
  *output(command: number, handle: number, room = 64): Code<string | Answer> {
    const { process } = this;
    const target = process.ram(2048);
    process.mem.write(target, new Uint8Array(room + 4).fill(0xee));
    yield* process.allowRw(CFSTORE, 0, target, room);
    const answer = yield* this.operate(command, handle);
    expect([...(process.mem.read(target + room, 4) ?? [])]).to.deep.equal([238, 238, 238, 238]);
    if (answer[0] !== 0) return answer;
    return String.fromCharCode(...(process.mem.read(target, answer[1]) ?? []));
  }

  read(handle: number, room?: number): Code<string | Answer> {
    return this.output(Command.READ, handle, room);
  }

  close(handle: number): Code<Answer> {
    return this.operate(Command.CLOSE, handle);
  }

  /** Makes a new key with a value, and closes it. */
  *keep(name: string, value: string): Code {
    const [, handle] = yield* this.create(name, value.length);
    yield* this.write(handle, value);
    expect(yield* this.close(handle)).to.deep.equal([0, 0, 0]);
  }

  /** The whole value of a key, or the error of its open. */
  *text(name: string): Code<string | number> {
    const [, handle, error] = yield* this.open(name);
    if (error !== 0) return error;
    const text = yield* this.read(handle);
    yield* this.close(handle);
    return typeof text === 'string' ? text : text[2];
  }
}

/** A board with the driver alone. */
export interface Bench {
  readonly bench: Testbench;
  readonly flash: SteppedFlash;
  readonly driver: FakeCfstore;
  spawn(body: (hands: Hands) => Code, options?: SpawnOptions): void;
}

/** What a process may do that writes with an id. */
export const ownerOf = (id: number): SpawnOptions => ({
  storagePermissions: StoragePermissions.ofOwner(id),
});

/** Builds one. */
export function build(store?: (flash: SteppedFlash) => CfstoreDriver): Bench {
  const bench = new Testbench();
  const { kernel } = bench;
  const flash = new SteppedFlash(GEOMETRY, (handler) => {
    bench.chip.raise(handler);
  });
  const driver = new FakeCfstore();
  const cfstore = new MuxCfstore({ driver: store?.(flash) ?? driver, flash, mode: 'asynchronous' });
  const syscalls = new CfstoreSyscallDriver({
    cfstore: cfstore.createUser(),
    apps: kernel.createGrant(CFSTORE, CFSTORE_GRANT),
    permissionsOf: (processId) => kernel.storagePermissions(processId),
  });
  bench.drivers.set(CFSTORE, syscalls);
  return {
    ...{ bench, flash, driver },
    spawn: (body, options = {}) => {
      bench.spawn((process) => body(new Hands(process)), {
        ramSize: 0x2000,
        initialAppBreak: 0x1800,
        ...ownerOf(7),
        ...options,
      });
    },
  };
}

/** Runs one process to its end. */
export function alone(
  body: (hands: Hands, built: Bench) => Code,
  options: SpawnOptions = {},
): void {
  const built = build();
  let ended = false;
  built.spawn(function* (hands) {
    yield* body(hands, built);
    ended = true;
  }, options);
  built.bench.run();
  expect(ended, 'the process came to its end').to.equal(true);
}
