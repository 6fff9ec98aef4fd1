// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value driver on a bench, and a process's hands on it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { DriverNum } from '#capsules/core/driver';
import { KV_GRANT, KvDriver, type KvDriverFlaw } from '#capsules/extra/kv-driver';
import { KvStorePermissions } from '#capsules/extra/kv-store-permissions';
import { MapKvStore } from '#capsules/extra/map-kv-store';
import type { Profile } from '#kernel/profile';
import { StoragePermissions } from '#kernel/storage-permissions';
import { ZERO } from '#kernel/time';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import type { Code, RawProcess } from '../../support/raw-process.ts';
import { Testbench, type SpawnOptions } from '../../support/testbench.ts';

/** The driver's number. */
export const KV = DriverNum.Kv;
const GEOMETRY = { wordSize: 4, pageSize: 4096, numPages: 3, maxWordWrites: 2, maxPageErases: 99 };
/** Its commands that take a key. */
export const Command = {
  GET: 1,
  SET: 2,
  DELETE: 3,
  ADD: 4,
  UPDATE: 5,
  GARBAGE_COLLECT: 6,
} as const;

/** Text as bytes. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A key-value store in a process's hands. Results: 0, or an error of the command or of the upcall. */
export class Hands {
  constructor(readonly process: RawProcess) {}

  /** Lends key and value and gives the command; r1 of a refusal, or 0. */
  *give(command: number, key: Uint8Array | string, value: Uint8Array | string = ''): Code<number> {
    const { process } = this;
    yield* this.lend(0, process.ram(0), key);
    yield* this.lend(1, process.ram(512), value);
    const [variant, error] = yield* process.command(KV, command);
    return variant === 128 ? 0 : error;
  }

  private *lend(allowNum: number, address: number, content: Uint8Array | string): Code {
    const raw = typeof content === 'string' ? bytes(content) : content;
    this.process.mem.write(address, raw);
    yield* this.process.allowRo(KV, allowNum, address, raw.length);
  }

  *operate(command: number, key: Uint8Array | string, value?: Uint8Array | string): Code<number> {
    const refused = yield* this.give(command, key, value);
    if (refused !== 0) return refused;
    return (yield* this.process.yieldWaitFor(KV, 0))[0];
  }

  set(key: Uint8Array | string, value: Uint8Array | string): Code<number> {
    return this.operate(Command.SET, key, value);
  }

  /** The value of a key as numbers; or the error, with the length that came with it. */
  *get(key: string, room = 512): Code<{ status: number; length: number; value: number[] }> {
    const { process } = this;
    const target = process.ram(4096);
    process.mem.write(target, new Uint8Array(room + 4).fill(0xee));
    yield* process.allowRw(KV, 0, target, room);
    const refused = yield* this.give(Command.GET, key);
    if (refused !== 0) return { status: refused, length: 0, value: [] };
    const [status, length] = yield* process.yieldWaitFor(KV, 0);
    const value = [...(process.mem.read(target, Math.min(length, room)) ?? [])];
    expect([...(process.mem.read(target + room, 4) ?? [])]).to.deep.equal([238, 238, 238, 238]);
    return { status, length, value };
  }

  *text(key: string): Code<string | number> {
    const { status, value } = yield* this.get(key);
    return status === 0 ? String.fromCharCode(...value) : status;
  }
}

/** A board with the driver alone. */
export interface Bench {
  readonly bench: Testbench;
  readonly flash: InterruptFlash;
  spawn(body: (hands: Hands) => Code, options?: SpawnOptions): void;
}

const OWNER = StoragePermissions.ofOwner(7);

/** Builds one; with `storage`, on the flash of another. */
export function build(
  flaws: readonly KvDriverFlaw[] = [],
  rules: Profile['storageRules'] = 'code',
  storage?: InterruptFlash['storage'],
): Bench {
  const bench = new Testbench();
  const { kernel } = bench;
  const flash = new InterruptFlash(bench, GEOMETRY, storage);
  const store = new MapKvStore({ flash, spend: () => undefined, readCost: ZERO });
  const driver = new KvDriver({
    kv: new KvStorePermissions(store, rules),
    apps: kernel.createGrant(KV, KV_GRANT),
    permissionsOf: (processId) => kernel.storagePermissions(processId),
    flaws: new Set(flaws),
  });
  bench.drivers.set(KV, driver);
  return {
    bench,
    flash,
    spawn: (body, options = {}) => {
      bench.spawn((process) => body(new Hands(process)), {
        ramSize: 0x2000,
        initialAppBreak: 0x1800,
        storagePermissions: OWNER,
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
