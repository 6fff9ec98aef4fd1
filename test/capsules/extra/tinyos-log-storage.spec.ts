// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * LogStorage of TEP 129 as a capsule: on both chips, through each interface; its boot; a flash that fails.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { TinyosLogStorage } from '#capsules/extra/tinyos-log-storage';
import { EventRecorder } from '#conformance/event-recorder';
import { pattern } from '#conformance/flash-recorder';
import { describeLogStorage, type LogHalves } from '#conformance/log-storage';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err } from '#kernel/result';
import { HARDENED } from '#libraries/tinyos/log-mode';
import { LogStorage } from '#libraries/tinyos/log-storage';
import { Volume } from '#libraries/tinyos/volume';
import { InterruptFlash, type FailingStorage } from '../../support/interrupt-flash.ts';
import { STORE_FLASHES, type PoweredFlash } from '../../support/store-flashes.ts';
import { Testbench } from '../../support/testbench.ts';

const KINDS = { linear: false, circular: true };

for (const [kind, circular] of Object.entries(KINDS)) {
  for (const [name, power] of STORE_FLASHES) {
    // One interface is enough to see what differs between the kinds.
    if (!circular && !name.includes('byte')) continue;
    describeLogStorage(`TinyosLogStorage, ${kind}, on ${name}`, () => {
      let powered = power();
      const open = ({ flash }: PoweredFlash): LogHalves => {
        const log = new LogStorage(new Volume(flash.storage), { mode: HARDENED, circular });
        return new TinyosLogStorage(flash, log);
      };
      return {
        ...{ log: open(powered), longest: 255, circular },
        settle: () => {
          powered.settle();
        },
        reboot: () => {
          powered = powered.reboot();
          return open(powered);
        },
      };
    });
  }
}

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 4, maxWordWrites: 2, maxPageErases: 99 };

describe('TinyosLogStorage', () => {
  let flash: InterruptFlash;
  let log: TinyosLogStorage;
  let user: EventRecorder<hil.logStorage.LogReadClient & hil.logStorage.LogWriteClient>;
  let settle: () => void;

  function open(storage?: FailingStorage): void {
    const bench = new Testbench();
    flash = new InterruptFlash(bench, GEOMETRY, storage);
    const options = { mode: HARDENED, circular: true };
    log = new TinyosLogStorage(flash, new LogStorage(new Volume(flash.storage), options));
    settle = (): void => {
      while (bench.chip.hasPendingInterrupts()) bench.chip.servicePendingInterrupts();
    };
    user = new EventRecorder(
      ['readDone', 'seekDone', 'appendDone', 'syncDone', 'eraseDone'],
      settle,
    );
    log.read.setClient(user.client);
    log.write.setClient(user.client);
  }

  function append(number: number): ErrorCode | undefined {
    return user.end(log.write.append(pattern(8, number), 8));
  }

  beforeEach(() => {
    open();
  });

  it('finds both ends when its board boots it, and is BUSY until it has (TL-04)', () => {
    for (const number of [0, 1, 2]) append(number);
    open(flash.storage);
    expect(log.write.currentOffset()).to.equal(0);
    log.boot();
    expect(log.write.sync()).to.deep.equal(Err(ErrorCode.BUSY));
    settle();
    expect(user.events).to.be.empty;
    expect(log.write.currentOffset()).to.equal(3);
    expect(log.read.getSize()).to.equal(256);
  });

  it('a flash that fails is FAIL once, and what was appended before and after is there', () => {
    append(0);
    flash.storage.left = 1;
    const bytes = pattern(8, 1);
    expect(log.write.append(bytes, 8).ok).to.equal(true);
    settle();
    expect(user.args).to.deep.equal([bytes, 0, false]);
    expect(user.events.at(-1)?.args.at(-1)).to.deep.equal(Err(ErrorCode.FAIL));
    expect(append(2)).to.equal(undefined);
    const buf = new Uint8Array(8);
    const seen = [0, 1].map(() => {
      expect(user.end(log.read.read(buf, 8))).to.equal(undefined);
      return [...buf];
    });
    expect(seen).to.deep.equal([[...pattern(8, 0)], [...pattern(8, 2)]]);
  });

  it('a flipped bit is FAIL, and the next read gives the next entry (TL-12)', () => {
    append(0);
    append(1);
    const page = flash.storage.read(0, 0, 64);
    const at = page.findIndex((_, index) => page[index] === pattern(8)[1]);
    expect(at).to.be.greaterThan(7);
    const byte = page[at] ?? 0;
    const word = at - (at % 4);
    const torn = page.slice(word, word + 4);
    torn[at % 4] = byte & (byte - 1);
    flash.storage.write(0, word, torn, 0, 4);
    const buf = new Uint8Array(8);
    expect(user.end(log.read.read(buf, 8))).to.equal(ErrorCode.FAIL);
    expect(user.args).to.deep.equal([buf, 0]);
    expect(user.end(log.read.read(buf, 8))).to.equal(undefined);
    expect(buf).to.deep.equal(pattern(8, 1));
  });
});
