// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The pictures of the design notes, one after the other, on flash; and what goes wrong between them.
 *
 * NON-TOCK: a peer's design.
 */
import { expect } from 'chai';
import { decodeBytes } from '#libraries/noodle/cbor';
import { encodeData, encodeEnd, encodeStart } from '#libraries/noodle/element';
import { ElementQueue } from '#libraries/noodle/element-queue';
import { HARDENED } from '#libraries/noodle/rules';
import { HARDENED as QUEUE } from '#libraries/sequential-storage/mode';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Device, SIX_SECTORS, WornFlash, pictureOf, run } from './device.js';
import { sealOf, valueIn } from './pictures.js';

/** A device after so many writes, garbage collected after each but the last. */
function written(records: number): Device {
  const device = Device.booted();
  for (let record = 1; record <= records; record++) {
    device.collect();
    expect(device.write(record)).to.equal('true');
  }
  return device;
}

const again = (device: Device, keys?: string): Device => Device.booted(device.flash, keys);

describe('libraries/noodle: happy path', () => {
  it('takes defaults on blank flash, writes them as record 1, and finds them again (ND-01)', () => {
    const device = Device.booted();
    expect(device.value).to.equal('0');
    expect(device.nodes.stateOf('a')).to.equal('NonResident');
    expect(device.picture).to.equal('');
    expect(run(device.noodle.write())).to.equal('true');
    expect(device.picture).to.equal('1:SabcdefgE');
    expect(device.nodes.stateOf('a')).to.equal('ValidNoWriteNeeded');
    const next = again(device);
    expect(next.value).to.equal('0');
    expect(next.nodes.stateOf('g')).to.equal('ValidNoWriteNeeded');
  });

  it('takes the newer of two records (ND-02)', () => {
    const device = written(2);
    expect(device.picture).to.equal('1:SabcdefgE 2:SabcdefgE');
    expect(again(device).value).to.equal('2');
  });

  it('pops record 1 once there are four, and erases nothing (ND-03)', () => {
    const device = written(4);
    device.collect();
    expect(device.picture).to.equal('xxxxxxxxx 2:SabcdefgE 3:SabcdefgE 4:SabcdefgE');
    expect(device.flash.counts.erases).to.equal(0);
  });

  it('erases a sector once all of it is popped, and not before the write has ended (ND-04)', () => {
    const device = written(5);
    expect(device.flash.counts.erases).to.equal(0);
    expect(device.picture).to.equal('xxxxxxxxx 2:SabcdefgE 3:SabcdefgE 4:SabcdefgE 5:SabcdefgE');
    expect(run(device.noodle.collect())).to.equal('true');
    expect(device.picture).to.equal('xxxxxxxxxxxxxxxxxx 3:SabcdefgE 4:SabcdefgE 5:SabcdefgE');
    expect(device.flash.counts.erases).to.equal(0);
    expect(run(device.noodle.collect())).to.equal('true');
    expect(device.flash.counts.erases).to.equal(1);
    expect(device.picture).to.match(/^x+ 3:SabcdefgE 4:SabcdefgE 5:SabcdefgE$/);
    expect(run(device.noodle.collect())).to.equal('false');
  });

  it('names 5 as the newest at the next boot, which reads every sector, and takes all from it (ND-05)', () => {
    const device = written(5);
    device.collect();
    const seen = new Set<number>();
    const { flash } = device;
    const read = flash.read.bind(flash);
    flash.read = (page, byteOffset, length) => {
      seen.add(page);
      return read(page, byteOffset, length);
    };
    const next = again(device);
    expect(seen.size).to.equal(SIX_SECTORS.numPages);
    expect(next.value).to.equal('5');
  });

  it('goes on with 6, and keeps 4, 5 and 6 (ND-06)', () => {
    const device = again(written(5));
    device.collect();
    expect(device.write(6)).to.equal('true');
    device.collect();
    expect(device.picture).to.match(/^x+ 4:SabcdefgE 5:SabcdefgE 6:SabcdefgE$/);
  });

  it('keeps one record or five just so, and not none (ND-26)', () => {
    for (const [kept, sectors] of [
      [1, 6],
      [5, 9],
    ] as const) {
      const flash = new WornFlash({ ...SIX_SECTORS, numPages: sectors });
      const device = Device.booted(flash, 'abcdefg', { kept });
      for (let record = 1; record <= kept + 2; record++) {
        expect(device.write(record)).to.equal('true');
        device.collect();
        const numbers = [...device.picture.matchAll(/(\d+):SabcdefgE/g)].map(
          ([, number]) => number,
        );
        const oldest = Math.max(1, record - kept + 1);
        expect(numbers.map(Number)).to.deep.equal(
          Array.from({ length: Math.min(kept, record) }, (_, index) => oldest + index),
        );
      }
    }
    expect(() => new Device(undefined, 'a', { kept: 0 })).to.throw(/record/);
  });

  it('writes nothing when no node needs it, but on flash without a record (ND-21)', () => {
    const device = Device.booted();
    expect(run(device.noodle.write())).to.equal('true');
    const { writeCalls } = device.flash.counts;
    expect(run(device.noodle.write())).to.equal('false');
    expect(run(again(device).noodle.write())).to.equal('false');
    expect(device.flash.counts.writeCalls).to.equal(writeCalls);
  });

  it('gives a new node its default and the next record, and drops one that is gone (ND-20)', () => {
    const device = again(written(3), 'bcdefgh');
    expect(device.nodes.stateOf('h')).to.equal('NonResident');
    expect(device.value).to.equal('3,0');
    device.nodes.set('b', valueIn(9));
    expect(run(device.noodle.write())).to.equal('true');
    expect(device.picture).to.contain('4:SbcdefghE');
    expect(device.nodes.stateOf('h')).to.equal('ValidNoWriteNeeded');
    expect(again(device, 'a').nodes.stateOf('a')).to.equal('NonResident');
  });

  it('asks for a look at flash before it writes a node that was attached since', () => {
    const device = written(1);
    device.nodes.attach('z', valueIn(0));
    device.set(2);
    expect(run(device.noodle.write())).to.equal('NeedsFirstRead');
    expect(run(device.noodle.read())).to.equal('Ok');
    expect(device.write(2)).to.equal('true');
    expect(device.picture).to.contain('2:SabcdefgzE');
  });

  it('takes a record without nodes (ND-13)', () => {
    const device = Device.booted(undefined, '');
    expect(run(device.noodle.write())).to.equal('true');
    expect(device.picture).to.equal('1:SE');
    expect(run(again(device, '').noodle.write())).to.equal('false');
  });
});

describe('libraries/noodle: bad flash', () => {
  it('writes 7 again as 8 when a byte under it is bad; 5, 6 and 8 are kept, 7 is left (ND-07, ND-08)', () => {
    const device = written(6);
    device.collect();
    const trial = new Device(device.flash.clone());
    run(trial.noodle.read());
    trial.write(7);
    device.flash.stuck.set(trial.valueAt('f'), 0xff);
    expect(device.write(7)).to.equal('true');
    expect(device.picture).to.match(
      /^x+ 4:SabcdefgE 5:SabcdefgE 6:SabcdefgE 7:Sabcde~gE 8:SabcdefgE$/,
    );
    const { erases } = device.flash.counts;
    device.collect();
    expect(device.picture).to.match(/^(x+ )?5:SabcdefgE 6:SabcdefgE 7:Sabcde~gE 8:SabcdefgE$/);
    expect(device.flash.counts.erases).to.be.greaterThan(erases);
    expect(device.write(9)).to.equal('true');
    expect(again(device).value).to.equal('9');
  });

  it('goes round a header that cannot be written', () => {
    const device = written(2);
    const trial = new Device(device.flash.clone());
    run(trial.noodle.read());
    trial.write(3);
    const { page, byteOffset } = trial.place('c');
    device.flash.stuck.set(page * SIX_SECTORS.pageSize + byteOffset + 4, 0xff);
    expect(device.write(3)).to.equal('true');
    expect(again(device).value).to.equal('3');
    expect(device.picture).to.contain('3:Sab').and.contain('4:SabcdefgE');
  });

  it('fails after three attempts when each is bad, and still has the record before (ND-14)', () => {
    const device = written(2);
    const free = SIX_SECTORS.pageSize + 124;
    for (let at = free; at < device.flash.image.length; at += SIX_SECTORS.pageSize / 2) {
      for (let byte = at; byte < at + 20; byte++) device.flash.stuck.set(byte, 0x10);
    }
    expect(device.write(3)).to.equal('WriteVerificationFailed');
    expect(device.nodes.stateOf('a')).to.equal('NeedsWrite');
    expect(Device.booted(device.flash.clone()).value).to.equal('2');
    device.flash.stuck.clear();
    expect(device.write(3)).to.equal('NeedsGarbageCollect');
    expect(run(device.noodle.reclaim())).to.equal('true');
    expect(device.write(3)).to.equal('true');
    expect(device.picture).to.contain('6:SabcdefgE');
  });

  it('falls back to a whole older record when one rots after it was verified (ND-11, ND-17)', () => {
    const device = written(6);
    device.collect();
    const spoil = (key: string): void => {
      const at = device.valueAt(key);
      device.flash.image[at] = (device.flash.image[at] ?? 0) ^ 0x40;
    };
    spoil('f');
    expect(pictureOf(device.flash)).to.contain('6:Sabcde~gE');
    expect(again(device).value).to.equal('5');
    spoil('f');
    expect(again(device).value).to.equal('4');
    spoil('f');
    expect(again(device).value).to.equal('0');
    expect(again(device).nodes.stateOf('a')).to.equal('NonResident');
  });
});

describe('libraries/noodle: interruption', () => {
  /** Record 7 is cut behind S a b c d. */
  function interrupted(): Device {
    const device = written(6);
    device.collect();
    const trial = new Device(device.flash.clone());
    run(trial.noodle.read());
    const before = trial.flash.counts.writeCalls;
    trial.flash.write = (
      (write) =>
      (...args: Parameters<WornFlash['write']>) => {
        const isLast = pictureOf(trial.flash).endsWith('7:Sabcd');
        return isLast ? false : write.apply(trial.flash, args);
      }
    )(trial.flash.write.bind(trial.flash));
    expect(trial.write(7)).to.equal('StorageError');
    expect(trial.flash.counts.writeCalls).to.be.greaterThan(before);
    return new Device(trial.flash.clone());
  }

  it('boots with 6 when 7 was cut, and leaves the flash as it is (ND-09)', () => {
    const device = interrupted();
    expect(device.picture).to.match(/6:SabcdefgE 7:Sabcd$/);
    const image = device.flash.image.slice();
    expect(run(device.noodle.read())).to.equal('Ok');
    expect(device.value).to.equal('6');
    expect(device.flash.counts).to.deep.include({ writeCalls: 0, erases: 0 });
    expect(device.flash.image).to.deep.equal(image);
  });

  it('goes on with 8 right behind it, and keeps 5, 6 and 8 (ND-10)', () => {
    const device = interrupted();
    run(device.noodle.read());
    expect(device.write(8)).to.equal('true');
    device.collect();
    expect(device.picture).to.match(/^(x+ )?5:SabcdefgE 6:SabcdefgE 7:Sabcd 8:SabcdefgE$/);
    expect(again(device).value).to.equal('8');
  });
});

describe('libraries/noodle: garbage', () => {
  it('pops with a checksum of 0 and leaves the rest; only the oldest may go (ND-16)', () => {
    const device = written(2);
    const queue = new ElementQueue(device.flash, QUEUE, HARDENED);
    runAtOnce(queue.boot());
    const records = runAtOnce(queue.records());
    const [first, second] = records.ok ? records.value : [];
    if (!records.ok || first === undefined || second === undefined) expect.fail('two records');
    const image = device.flash.image.slice();
    expect(runAtOnce(queue.pop([second], records.value))).to.deep.include({
      error: 'InvalidArgument',
    });
    expect(device.flash.image).to.deep.equal(image);
    expect(runAtOnce(queue.pop([first], records.value)).ok).to.equal(true);
    expect(device.picture).to.equal('xxxxxxxxx 2:SabcdefgE');
    const changed = [...image.keys()].filter((at) => image[at] !== device.flash.image[at]);
    const { page, byteOffset } = first.first;
    expect(page).to.equal(0);
    expect(changed.filter((at) => at < byteOffset + 8).every((at) => at < byteOffset + 4)).to.equal(
      true,
    );
    expect([...device.flash.image.subarray(byteOffset, byteOffset + 4)]).to.deep.equal([
      0, 0, 0, 0,
    ]);
    expect(changed.length).to.be.at.most(9 * 4);
  });

  it('takes the later of two records with one number, and keeps three (ND-25)', () => {
    const device = written(3);
    const queue = new ElementQueue(device.flash, QUEUE, HARDENED);
    runAtOnce(queue.boot());
    const seal = sealOf(3, 'a');
    for (const bytes of [encodeStart(3), encodeData('a', valueIn(3)), encodeEnd(3, seal)]) {
      expect(runAtOnce(queue.push(bytes)).ok).to.equal(true);
    }
    const next = again(device, 'ab');
    expect(decodeBytes(next.nodes.get('a') ?? new Uint8Array())).to.deep.equal(Uint8Array.of(3));
    expect(next.nodes.stateOf('b')).to.equal('NonResident');
    next.collect();
    expect(next.picture).to.equal('xxxxxxxxx 2:SabcdefgE 3:SabcdefgE 3:SaE');
  });

  it('says NeedsGarbageCollect when a record more than are kept has no room, and pops none of them (ND-23)', () => {
    const flash = new WornFlash({ ...SIX_SECTORS, numPages: 4 });
    const device = Device.booted(flash, 'abcdefgh');
    for (const record of [1, 2, 3]) expect(device.write(record)).to.equal('true');
    device.collect();
    const image = flash.image.slice();
    expect(device.write(4)).to.equal('NeedsGarbageCollect');
    expect(device.collect()).to.equal(0);
    expect(device.write(4)).to.equal('NeedsGarbageCollect');
    expect(flash.image).to.deep.equal(image);
    expect(Device.booted(flash, 'abcdefgh').value).to.equal('3');
  });
});
