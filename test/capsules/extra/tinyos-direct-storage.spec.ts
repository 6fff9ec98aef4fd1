// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Volumes of TEP 128 as capsules: on both chips, through each interface; two on one flash; a flash that fails.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { TinyosDirectStorage } from '#capsules/extra/tinyos-direct-storage';
import { describeDirectStorage } from '#conformance/direct-storage';
import { EventRecorder } from '#conformance/event-recorder';
import { pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { BufferedVolume } from '#libraries/tinyos/buffered-volume';
import { Volume } from '#libraries/tinyos/volume';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import { STORE_FLASHES } from '../../support/store-flashes.ts';
import { Testbench } from '../../support/testbench.ts';

for (const [name, power] of STORE_FLASHES) {
  describeDirectStorage(`TinyosDirectStorage on ${name}`, () => {
    const { flash, settle } = power();
    return { volume: new TinyosDirectStorage(flash, new Volume(flash.storage)), settle };
  });
}

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 4, maxWordWrites: 2, maxPageErases: 99 };

type Client = hil.directStorage.DirectModifyClient;

/** A flash of four pages in memory. */
function memory(): { flash: InterruptFlash; settle: () => void } {
  const bench = new Testbench();
  const settle = (): void => {
    while (bench.chip.hasPendingInterrupts()) bench.chip.servicePendingInterrupts();
  };
  return { flash: new InterruptFlash(bench, GEOMETRY), settle };
}

describeDirectStorage('TinyosDirectStorage that modifies', () => {
  const { flash, settle } = memory();
  const volume = new Volume(flash.storage, { modifies: true });
  return { volume: new TinyosDirectStorage(flash, volume), settle };
});

for (const erases of [false, true]) {
  describeDirectStorage(
    `TinyosDirectStorage that buffers a unit${erases ? ', erased' : ''}`,
    () => {
      const { flash, settle } = memory();
      const volume = new BufferedVolume(new Volume(flash.storage), erases);
      return { volume: new TinyosDirectStorage(flash, volume), settle };
    },
  );
}

describe('TinyosDirectStorage', () => {
  it('address 0 of one volume is not address 0 of another, and an erase stays inside (TB-07)', () => {
    const { flash, settle } = memory();
    const user = new EventRecorder<Client>(['readDone', 'writeDone', 'eraseDone'], settle);
    const [one, other] = [0, 2].map((firstPage) => {
      const volume = new Volume(flash.storage, { firstPage, pages: 2 });
      const storage = new TinyosDirectStorage(flash, volume);
      storage.setClient(user.client);
      return storage;
    }) as [TinyosDirectStorage, TinyosDirectStorage];
    expect(user.end(one.write(0, pattern(16), 16))).to.equal(undefined);
    expect(user.end(other.write(0, pattern(16, 50), 16))).to.equal(undefined);
    expect(user.end(one.write(128, pattern(16), 16))).to.equal(ErrorCode.FAIL);
    expect([...flash.storage.read(0, 0, 16)]).to.deep.equal([...pattern(16)]);
    expect([...flash.storage.read(2, 0, 16)]).to.deep.equal([...pattern(16, 50)]);
    expect(user.end(one.erase(0))).to.equal(undefined);
    expect(user.end(one.erase(2))).to.equal(ErrorCode.FAIL);
    expect([...flash.storage.read(2, 0, 16)]).to.deep.equal([...pattern(16, 50)]);
  });

  it('a flash that fails is FAIL in the event, and the next operation works', () => {
    const { flash, settle } = memory();
    const volume = new TinyosDirectStorage(flash, new Volume(flash.storage));
    const user = new EventRecorder<Client>(['writeDone', 'eraseDone'], settle);
    volume.setClient(user.client);
    flash.storage.left = 1;
    const bytes = pattern(16);
    expect(volume.write(0, bytes, 16).ok).to.equal(true);
    settle();
    expect(user.args).to.deep.equal([0, bytes, 16]);
    expect(user.end(volume.write(0, bytes, 16))).to.equal(undefined);
    flash.storage.left = 1;
    expect(user.end(volume.erase(1))).to.equal(ErrorCode.FAIL);
    expect(user.args).to.deep.equal([1]);
  });
});
