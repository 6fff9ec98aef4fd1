// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A volume with a unit of it in RAM: what is durable, what is shown, what it costs.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Steps } from '#libraries/store/storage';
import { BlockStorage } from '#libraries/tinyos/block-storage';
import { BufferedVolume, bufferedRam } from '#libraries/tinyos/buffered-volume';
import type { TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { Volume } from '#libraries/tinyos/volume';

/** Pages of an AT45DB, as TinyOS uses them: 256 of their 264 bytes. */
const GEOMETRY = {
  ...{ wordSize: 4, pageSize: 256, numPages: 4, maxWordWrites: 4, maxPageErases: 100 },
};

function open(flash: BufferStorage): BufferedVolume {
  return new BufferedVolume(new Volume(flash));
}

function must<T>(steps: Steps<TinyosOutcome<T>>, flash?: BufferStorage): T {
  const outcome = runAtOnce(steps, flash);
  if (!outcome.ok) throw new Error(outcome.error);
  return outcome.value;
}

describe('libraries/tinyos/buffered-volume', () => {
  let flash: BufferStorage;
  let volume: BufferedVolume;
  const data = Uint8Array.of(1, 2, 3, 4, 5);

  beforeEach(() => {
    flash = new BufferStorage(GEOMETRY);
    volume = open(flash);
  });

  it('loses what was not flushed when the power goes, and keeps what was (TB-08)', () => {
    const block = new BlockStorage(volume);
    must(block.write(10, data));
    expect(must(block.read(10, 5)), 'it is shown').to.deep.equal(data);
    expect(flash.counts.writeCalls, 'and not in flash').to.equal(0);
    expect([...must(open(flash).read(10, 5))]).to.deep.equal([255, 255, 255, 255, 255]);
    must(block.flush());
    expect(must(open(flash).read(10, 5))).to.deep.equal(data);
    must(block.flush());
    expect(flash.counts.writeCalls, 'a second flush has nothing to do').to.equal(1);
  });

  it('keeps, or loses, or tears what was in a flush that was cut, and its neighbours in the unit stay', () => {
    must(volume.write(0, new Uint8Array(100).fill(7)));
    must(volume.flush());
    must(volume.write(100, data));
    flash.arm(0);
    expect(runAtOnce(volume.flush()).ok).to.equal(false);
    flash.corrupt((index) => index % 2 === 0);
    const shown = must(open(flash).read(0, 256));
    expect(shown.subarray(0, 100).every((byte) => byte === 7)).to.equal(true);
    expect(shown.subarray(105).every((byte) => byte === 0xff)).to.equal(true);
    for (const [at, byte] of data.entries()) expect(byte & ~(shown[100 + at] ?? 0)).to.equal(0);
  });

  it('writes a unit back when another one is written to', () => {
    must(volume.write(10, data));
    must(volume.write(256, data));
    expect([...flash.image.subarray(10, 15)]).to.deep.equal([...data]);
    expect(flash.image[256]).to.equal(0xff);
    expect(must(volume.read(8, 250))).to.deep.equal(
      Uint8Array.from({ length: 250 }, (_, at) => [...data][at - 2] ?? [...data][at - 248] ?? 255),
    );
  });

  it('clears bits by a write, and erases for nothing', () => {
    must(volume.write(10, Uint8Array.of(0x0f)));
    must(volume.write(10, Uint8Array.of(0xfc)));
    must(volume.flush());
    expect(flash.image[10]).to.equal(0x0c);
    expect([flash.counts.erases, flash.violation]).to.deep.equal([0, undefined]);
  });

  it('changes bytes in any way by a modify, and erases the unit only when a bit is set', () => {
    expect(volume.isSupported()).to.equal(true);
    must(volume.write(0, new Uint8Array(256).fill(0x0f)));
    must(volume.modify(10, Uint8Array.of(0x03)));
    must(volume.flush());
    expect([flash.image[10], flash.counts.erases]).to.deep.equal([0x03, 0]);
    must(volume.modify(10, Uint8Array.of(0xf0)));
    must(volume.flush());
    expect([flash.image[9], flash.image[10], flash.image[11]]).to.deep.equal([0x0f, 0xf0, 0x0f]);
    expect([...flash.pageErases]).to.deep.equal([1, 0, 0, 0]);
    expect(flash.violation).to.equal(undefined);
    must(volume.write(10, Uint8Array.of(0x30)));
    must(volume.flush());
    expect(flash.counts.erases, 'the next one does not').to.equal(1);
  });

  it('erases each time before a unit goes back, where it is asked to: then a cut takes all of the unit', () => {
    flash = new BufferStorage({ ...GEOMETRY, maxWordWrites: 1 });
    volume = new BufferedVolume(new Volume(flash), true);
    for (const at of [0, 5, 100]) {
      must(volume.write(at, data));
      must(volume.flush());
    }
    expect([...flash.pageErases]).to.deep.equal([3, 0, 0, 0]);
    expect(flash.violation).to.equal(undefined);
    expect([...flash.image.subarray(0, 10)]).to.deep.equal([...data, ...data]);
    must(volume.write(200, data));
    flash.arm(1);
    expect(runAtOnce(volume.flush()).ok).to.equal(false);
    flash.corrupt(() => false);
    expect(must(open(flash).read(0, 256)).every((byte) => byte === 0xff)).to.equal(true);
  });

  it('erases a unit at once, and forgets what of it was not flushed', () => {
    must(volume.write(10, data));
    must(volume.erase(0));
    must(volume.flush());
    expect([...must(volume.read(10, 5))]).to.deep.equal([255, 255, 255, 255, 255]);
    must(volume.write(10, data));
    must(volume.erase(1));
    expect(must(volume.read(10, 5)), 'of another unit it stays').to.deep.equal(data);
  });

  it('computes the CRC of what is shown, and refuses what is not inside', () => {
    const check = Uint8Array.from('123456789', (each) => each.charCodeAt(0));
    must(volume.write(250, check));
    expect(must(volume.crc(250, 9, 0))).to.equal(0x31c3);
    for (const steps of [volume.read(1020, 5), volume.crc(1020, 5, 0)]) {
      expect(runAtOnce<TinyosOutcome<unknown>>(steps)).to.include({ error: 'OutOfRange' });
    }
    expect(runAtOnce(volume.write(1020, data))).to.include({ error: 'OutOfRange' });
    expect(runAtOnce(volume.modify(-1, data))).to.include({ error: 'OutOfRange' });
    expect(runAtOnce(volume.erase(4))).to.include({ error: 'OutOfRange' });
  });

  it('tells of a flash that fails, and of the RAM that it takes', () => {
    must(volume.write(10, data));
    flash.arm(0);
    expect(runAtOnce(volume.flush())).to.include({ error: 'StorageError' });
    expect(runAtOnce(volume.write(256, data))).to.include({ error: 'StorageError' });
    flash.disarm();
    must(volume.flush());
    expect(flash.image[10]).to.equal(1);
    expect(bufferedRam(volume.settings)).to.equal(256 + 8);
  });

  for (const later of [false, true]) {
    it(`shows what an array would, flushed or not, the flash answering ${later ? 'later' : 'at once'}`, () => {
      flash = new BufferStorage({ ...GEOMETRY, maxWordWrites: 255, maxPageErases: 1e6 });
      const storage = later ? new DeferredStorage(flash) : flash;
      volume = new BufferedVolume(new Volume(storage));
      const random = new Random(11);
      const model = new Uint8Array(1024).fill(0xff);
      for (let count = 0; count < 300; count++) {
        const length = random.below(300);
        const at = random.below(1024 - length + 1);
        const bytes = new Uint8Array(length).map(() => random.u32() >>> 24);
        const sets = random.below(2) === 0;
        must(sets ? volume.modify(at, bytes) : volume.write(at, bytes), flash);
        for (const [offset, byte] of bytes.entries()) {
          model[at + offset] = sets ? byte : byte & (model[at + offset] ?? 0);
        }
        if (random.below(10) === 0) {
          const unit = random.below(4);
          must(volume.erase(unit), flash);
          model.fill(0xff, unit * 256, (unit + 1) * 256);
        }
        expect(must(volume.read(0, 1024), flash), `change ${count}`).to.deep.equal(model);
        if (random.below(3) !== 0) continue;
        must(volume.flush(), flash);
        expect(flash.image, `flush ${count}`).to.deep.equal(model);
      }
      expect(flash.violation).to.equal(undefined);
    });
  }
});
