// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A log of any kind on a flash that refuses, fails and loses power on demand.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Log, type LogFlaw, type LogOptions } from '#capsules/extra/log';
import type { LogFixture } from '#conformance/log';
import { entry, LogUser } from '#conformance/log-user';
import { DeferredCalls } from '#kernel/deferred-call';
import { HARDENED, LITERAL, type LogMode } from '#libraries/tock-log/mode';
import { FakeFlash, type FakeFlashOptions } from './fake-flash.ts';

/** What may differ between two logs. */
export type Kind = Pick<LogOptions, 'circular'> & { readonly mode: LogMode };

/** All of them, by name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'circular, hardened': { circular: true, mode: HARDENED },
  'linear, hardened': { circular: false, mode: HARDENED },
  'circular, literal': { circular: true, mode: LITERAL },
  'linear, literal': { circular: false, mode: LITERAL },
};

/** A log on a flash that refuses and fails on demand: by default 4 pages of 64 bytes. */
export class Bench implements LogFixture {
  readonly longest: number;
  readonly circular: boolean;
  log: Log;
  deferredCalls = new DeferredCalls();

  constructor(
    private readonly kind: Kind,
    options: FakeFlashOptions = {},
    private readonly flaws: readonly LogFlaw[] = [],
    readonly flash = new FakeFlash({ programsPerUnit: 1, ...options }),
  ) {
    this.longest = flash.pageSize - kind.mode.headerSize - 4;
    this.circular = kind.circular;
    this.log = this.reboot();
  }

  reboot(): Log {
    this.flash.drop();
    this.deferredCalls = new DeferredCalls();
    const { flash, deferredCalls, kind } = this;
    this.log = new Log({ flash, deferredCalls, ...kind, flaws: new Set(this.flaws) });
    return this.log;
  }

  settle(): void {
    do {
      while (this.deferredCalls.hasTasks()) this.deferredCalls.serviceNextPending();
    } while (this.flash.complete());
  }

  /** The same until the flash has been asked for something, which is still to be done. */
  settleUntil(isAsked: (call: string) => boolean): void {
    do {
      while (this.deferredCalls.hasTasks()) this.deferredCalls.serviceNextPending();
    } while (!isAsked(this.flash.calls.at(-1) ?? '') && this.flash.complete());
  }

  /** A client of the log as it is now, settled. */
  user(): LogUser {
    this.settle();
    return new LogUser(this.log, () => this.settle());
  }

  /** The same after a power loss. */
  rebooted(): LogUser {
    this.reboot();
    return this.user();
  }
}

/** Sixteen bytes take 20 of flash: three entries a page of 64 bytes as Tock has it, two with the longer header. */
export const perPage = ({ mode }: Kind): number => Math.floor((64 - mode.headerSize) / 20);

/** Entries of these numbers. */
export function entries(from: number, to: number): Uint8Array[] {
  return Array.from({ length: to - from }, (_, number) => entry(from + number));
}

/** Appends entries, which all fit. */
export function fill(user: LogUser, list: readonly Uint8Array[]): void {
  for (const each of list) expect(user.append(each)).to.equal(undefined);
}
