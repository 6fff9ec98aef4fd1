// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * BlockStorage of TEP 129 as a capsule: on both chips, through each interface; its erasures; a flash that fails.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { TinyosBlockStorage } from '#capsules/extra/tinyos-block-storage';
import { describeBlockStorage } from '#conformance/block-storage';
import { EventRecorder } from '#conformance/event-recorder';
import { pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { BlockStorage } from '#libraries/tinyos/block-storage';
import { BufferedVolume } from '#libraries/tinyos/buffered-volume';
import { Volume } from '#libraries/tinyos/volume';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import { STORE_FLASHES } from '../../support/store-flashes.ts';
import { Testbench } from '../../support/testbench.ts';

for (const [name, power] of STORE_FLASHES) {
  describeBlockStorage(`TinyosBlockStorage on ${name}`, () => {
    const { flash, settle } = power();
    const block = new BlockStorage(new Volume(flash.storage));
    const [size, unit] = [block.settings.getVolumeSize(), block.settings.getEraseUnitSize()];
    return { storage: new TinyosBlockStorage(flash, block), size, unit, settle };
  });
}

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 4, maxWordWrites: 2, maxPageErases: 99 };
describeBlockStorage('TinyosBlockStorage on a volume that buffers a unit', () => {
  const bench = new Testbench();
  const flash = new InterruptFlash(bench, GEOMETRY);
  const block = new BlockStorage(new BufferedVolume(new Volume(flash.storage)));
  const settle = (): void => {
    while (bench.chip.hasPendingInterrupts()) bench.chip.servicePendingInterrupts();
  };
  return { storage: new TinyosBlockStorage(flash, block), size: 256, unit: 64, settle };
});

const EVENTS = ['readDone', 'writeDone', 'eraseDone', 'flushDone', 'crcDone'] as const;

describe('TinyosBlockStorage', () => {
  let flash: InterruptFlash;
  let storage: TinyosBlockStorage;
  let user: EventRecorder<hil.blockStorage.BlockStorageClient>;

  beforeEach(() => {
    const bench = new Testbench();
    flash = new InterruptFlash(bench, GEOMETRY);
    storage = new TinyosBlockStorage(flash, new BlockStorage(new Volume(flash.storage)));
    user = new EventRecorder(EVENTS, () => {
      while (bench.chip.hasPendingInterrupts()) bench.chip.servicePendingInterrupts();
    });
    storage.setClient(user.client);
  });

  it('erases each unit once: four of four (TB-01)', () => {
    user.end(storage.write(0, pattern(256), 256));
    expect(user.end(storage.erase())).to.equal(undefined);
    expect([...flash.storage.pageErases]).to.deep.equal([1, 1, 1, 1]);
  });

  it('what a volume buffers is in flash once flushDone said so (TB-08)', () => {
    const volume = new BufferedVolume(new Volume(flash.storage));
    storage = new TinyosBlockStorage(flash, new BlockStorage(volume));
    storage.setClient(user.client);
    expect(user.end(storage.write(8, pattern(16), 16))).to.equal(undefined);
    expect([...flash.storage.read(0, 8, 16)]).to.deep.equal([...new Uint8Array(16).fill(0xff)]);
    expect(user.end(storage.flush())).to.equal(undefined);
    expect([...flash.storage.read(0, 8, 16)]).to.deep.equal([...pattern(16)]);
  });

  it('an erase that fails in unit 2 is FAIL once; units 0 and 1 are blank, 3 is as it was; the next repairs', () => {
    user.end(storage.write(0, pattern(256), 256));
    flash.storage.left = 3;
    expect(user.end(storage.erase())).to.equal(ErrorCode.FAIL);
    expect(user.names).to.deep.equal(['writeDone', 'eraseDone']);
    const [buf, blank] = [new Uint8Array(128), new Uint8Array(128).fill(0xff)];
    user.end(storage.read(0, buf, 128));
    expect(buf).to.deep.equal(blank);
    user.end(storage.read(128, buf, 128));
    expect(buf).to.deep.equal(pattern(256).subarray(128));
    expect(user.end(storage.erase())).to.equal(undefined);
    user.end(storage.read(128, buf, 128));
    expect(buf).to.deep.equal(blank);
  });
});
