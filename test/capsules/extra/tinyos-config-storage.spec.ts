// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage of TEP 129 as a capsule: ring and log, on both chips, through each interface; a flash that fails.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { TinyosConfigStorage } from '#capsules/extra/tinyos-config-storage';
import { describeConfigStorage } from '#conformance/config-storage';
import { EventRecorder } from '#conformance/event-recorder';
import { pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err } from '#kernel/result';
import { LOG, RING, type ConfigMode } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import { Volume } from '#libraries/tinyos/volume';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import { STORE_FLASHES, type PoweredFlash } from '../../support/store-flashes.ts';
import { Testbench } from '../../support/testbench.ts';

function open({ flash }: Pick<PoweredFlash, 'flash'>, mode: ConfigMode): TinyosConfigStorage {
  const volume = new Volume(flash.storage);
  return new TinyosConfigStorage(flash, new ConfigStorage(volume, { mode, truncates: true }));
}

for (const [kind, mode] of Object.entries({ ring: RING, log: LOG })) {
  for (const [name, power] of STORE_FLASHES) {
    // One interface is enough to see what differs between the kinds.
    if (kind === 'ring' && !name.includes('byte')) continue;
    describeConfigStorage(`TinyosConfigStorage, ${kind}, on ${name}`, () => {
      let powered = power();
      return {
        storage: open(powered, mode),
        settle: () => {
          powered.settle();
        },
        reboot: () => {
          powered = powered.reboot();
          return open(powered, mode);
        },
      };
    });
  }
}

const GEOMETRY = { wordSize: 4, pageSize: 128, numPages: 3, maxWordWrites: 2, maxPageErases: 999 };

describe('TinyosConfigStorage', () => {
  let flash: InterruptFlash;
  let storage: TinyosConfigStorage;
  let user: EventRecorder<hil.configStorage.ConfigStorageClient>;
  let settle: () => void;

  function power(): void {
    const bench = new Testbench();
    flash = new InterruptFlash(bench, GEOMETRY);
    storage = open({ flash }, LOG);
    settle = (): void => {
      while (bench.chip.hasPendingInterrupts()) bench.chip.servicePendingInterrupts();
    };
    const events = ['inserted', 'retrieved', 'removed', 'nextKey', 'totalKeys'] as const;
    user = new EventRecorder(events, settle);
    storage.setClient(user.client);
  }

  beforeEach(() => {
    power();
  });

  function insert(key: number, round: number): ErrorCode | undefined {
    return user.end(storage.insert(key, pattern(12, round), 12));
  }

  function retrieve(key: number): number[] | ErrorCode {
    const holder = new Uint8Array(12);
    return user.end(storage.retrieve(key, holder, 12)) ?? [...holder];
  }

  it('costs nothing until its first operation', () => {
    expect(storage.getLastKey()).to.equal(0xffff_ffff);
    settle();
    expect(flash.storage.counts).to.include({ writeCalls: 0, erases: 0 });
    expect(user.end(storage.getTotalKeys())).to.equal(undefined);
    expect(user.args).to.deep.equal([0]);
  });

  it('refuses at once what is impossible: a key that is none, a value of 256 bytes (TC-08)', () => {
    const value = pattern(256);
    for (const key of [0xffff_ffff, -1, 0.5]) {
      expect(storage.insert(key, value, 4)).to.deep.equal(Err([ErrorCode.INVAL, value]));
      expect(storage.retrieve(key, value, 4)).to.deep.equal(Err([ErrorCode.INVAL, value]));
      expect(storage.remove(key)).to.deep.equal(Err(ErrorCode.INVAL));
      expect(storage.getNextKey(key)).to.deep.equal(Err(ErrorCode.INVAL));
    }
    expect(storage.insert(1, value, 256)).to.deep.equal(Err([ErrorCode.SIZE, value]));
    settle();
    expect(user.events).to.be.empty;
  });

  it('a flash that fails is FAIL once, wherever, and the next operation opens the storage anew', () => {
    let [failures, longest] = [0, 0];
    for (let fill = 0; fill < 14; fill++) {
      for (let access = 1, failed = true; failed; access++) {
        power();
        for (const key of [1, 2, 3]) expect(insert(key, key)).to.equal(undefined);
        for (let round = 0; round < fill; round++) expect(insert(2, round)).to.equal(undefined);
        const old = retrieve(2);
        flash.storage.left = access;
        const error = insert(2, 50);
        failed = flash.storage.left <= 0;
        flash.storage.left = Infinity;
        expect(error).to.equal(failed ? ErrorCode.FAIL : undefined);
        if (failed) {
          expect(storage.getLastKey()).to.equal(0xffff_ffff);
          failures++;
          longest = Math.max(longest, access);
        }
        expect(retrieve(1)).to.deep.equal([...pattern(12, 1)]);
        expect(retrieve(3)).to.deep.equal([...pattern(12, 3)]);
        expect([[...pattern(12, 50)], ...(failed ? [old] : [])]).to.deep.include(retrieve(2));
        expect(storage.getLastKey()).to.equal(3);
        expect(insert(2, 51)).to.equal(undefined);
        expect(retrieve(2)).to.deep.equal([...pattern(12, 51)]);
      }
    }
    expect(failures).to.be.greaterThan(4 * 14 - 1);
    expect(longest, 'accesses of a copy').to.be.greaterThan(4);
  });

  it('a boot that fails is the operation’s FAIL, with the buffer back', () => {
    for (const key of [1, 2]) insert(key, key);
    storage = open({ flash }, RING);
    const bytes = pattern(12);
    storage.setClient(user.client);
    flash.storage.left = 1;
    storage.insert(3, bytes, 12);
    settle();
    expect(user.events.at(-1)?.args).to.deep.equal([3, bytes, 12, Err(ErrorCode.FAIL)]);
    flash.storage.left = Infinity;
    expect(user.end(storage.insert(3, bytes, 12))).to.equal(undefined);
    expect(retrieve(3)).to.deep.equal([...bytes]);
  });
});
