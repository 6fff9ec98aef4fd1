// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The driver of TinyOS's settings on a board of its own, and the settings in a process's hands.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CONFIG_STORAGE_GRANT, ConfigStorageDriver } from '#capsules/extra/config-storage-driver';
import type { StoreFlash } from '#capsules/extra/store-flash';
import { TinyosConfigStorage } from '#capsules/extra/tinyos-config-storage';
import { DriverNum } from '#capsules/core/driver';
import { LOG } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import { Volume } from '#libraries/tinyos/volume';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import type { Code, RawProcess } from '../../support/raw-process.ts';
import { Testbench, type SpawnOptions } from '../../support/testbench.ts';

/** The driver's number. */
export const CONFIG = DriverNum.ConfigStorage;
/** Three small pages: the storage is full soon. */
export const GEOMETRY = {
  wordSize: 4,
  pageSize: 512,
  numPages: 3,
  maxWordWrites: 2,
  maxPageErases: 999,
};
/** It stands where there is no key. */
export const NO_KEY = 0xffff_ffff;

/** The driver's commands. */
export const Command = {
  TOTAL: 1,
  INSERT: 2,
  RETRIEVE: 3,
  REMOVE: 4,
  FIRST: 5,
  LAST: 6,
  NEXT: 7,
} as const;

/** The three words of an upcall. */
export type Answer = readonly [status: number, value1: number, value2: number];

/** The storage on some flash. */
export function storageOn(flash: StoreFlash): TinyosConfigStorage {
  const volume = new Volume(flash.storage);
  return new TinyosConfigStorage(flash, new ConfigStorage(volume, { mode: LOG, truncates: true }));
}

/** The settings in a process's hands. */
export class Hands {
  constructor(readonly process: RawProcess) {}

  /** r1 of a refusal, or 0. */
  *give(command: number, argument = 0): Code<number> {
    const [variant, error] = yield* this.process.command(CONFIG, command, argument);
    return variant === 128 ? 0 : error;
  }

  *wait(): Code<Answer> {
    const [status, value1, value2] = yield* this.process.yieldWaitFor(CONFIG, 0);
    return [status, value1, value2];
  }

  *operate(command: number, argument = 0): Code<Answer> {
    expect(yield* this.give(command, argument), `command ${command}`).to.equal(0);
    return yield* this.wait();
  }

  /** Lends a value read-only. */
  *lend(value: Uint8Array): Code {
    this.process.mem.write(this.process.ram(0), value);
    yield* this.process.allowRo(CONFIG, 0, this.process.ram(0), value.length);
  }

  *insert(key: number, value: Uint8Array): Code<Answer> {
    yield* this.lend(value);
    return yield* this.operate(Command.INSERT, key);
  }

  /** What is in the holder afterwards, with a byte behind it. */
  *retrieve(key: number, room = 255): Code<{ answer: Answer; value: number[] }> {
    const target = this.process.ram(512);
    this.process.mem.write(target, new Uint8Array(room + 1).fill(0xee));
    yield* this.process.allowRw(CONFIG, 0, target, room);
    const answer = yield* this.operate(Command.RETRIEVE, key);
    expect(this.process.mem.read(target + room, 1)?.[0]).to.equal(0xee);
    const value = [...(this.process.mem.read(target, Math.min(room, answer[2])) ?? [])];
    return { answer, value };
  }

  *value(key: number): Code<number[] | number> {
    const { answer, value } = yield* this.retrieve(key);
    return answer[0] === 0 ? value : answer[0];
  }
}

/** A board with the driver alone. */
export interface Bench {
  readonly bench: Testbench;
  readonly flash: InterruptFlash;
  spawn(body: (hands: Hands) => Code, options?: SpawnOptions): void;
}

/** Builds one. */
export function build(): Bench {
  const bench = new Testbench();
  const flash = new InterruptFlash(bench, GEOMETRY);
  const apps = bench.kernel.createGrant(CONFIG, CONFIG_STORAGE_GRANT);
  bench.drivers.set(CONFIG, new ConfigStorageDriver(storageOn(flash), apps));
  const spawn: Bench['spawn'] = (body, options = {}) => {
    bench.spawn((process) => body(new Hands(process)), { initialAppBreak: 0x1000, ...options });
  };
  return { bench, flash, spawn };
}

/** Runs one process to its end. */
export function alone(body: (hands: Hands, built: Bench) => Code): void {
  const built = build();
  let ended = false;
  built.spawn(function* (hands) {
    yield* body(hands, built);
    ended = true;
  });
  built.bench.run();
  expect(ended, 'the process came to its end').to.equal(true);
}
