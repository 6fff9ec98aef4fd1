// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every volume of TEP 128 passes: `describeDirectStorage('MyVolume', create)`.
 *
 * NON-TOCK: the rules are those of `kernel/hil/direct-storage.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { EventRecorder } from './event-recorder.ts';
import { NONSENSE, pattern } from './flash-recorder.ts';
import { describeVolumeRules } from './volume-rules.ts';

/** What a suite gets for each test: a blank volume of two units at least, each of 64 bytes at least. */
export interface DirectStorageFixture {
  readonly volume: hil.directStorage.DirectModify;
  /** Runs everything that the volume still has to do. */
  settle(): void;
}

type Client = hil.directStorage.DirectModifyClient;

const EVENTS = [
  'readDone',
  'writeDone',
  'eraseDone',
  'flushDone',
  'crcDone',
  'modifyDone',
] as const;

/** @param create makes a fresh, blank volume for each test. */
export function describeDirectStorage(name: string, create: () => DirectStorageFixture): void {
  describe(`${name} honours hil.directStorage`, () => {
    let volume: hil.directStorage.DirectModify;
    let user: EventRecorder<Client>;
    let settle: () => void;

    function begin(): void {
      const fixture = create();
      volume = fixture.volume;
      settle = (): void => fixture.settle();
      user = new EventRecorder<Client>(EVENTS, settle);
      volume.setClient(user.client);
    }

    describeVolumeRules(() => {
      begin();
      const [size, unit] = [volume.settings.getVolumeSize(), volume.settings.getEraseUnitSize()];
      return { volume, user, size, unit, settle };
    });

    function read(addr: number, len: number): Uint8Array {
      const buf = new Uint8Array(len);
      expect(user.end(volume.read(addr, buf, len))).to.equal(undefined);
      return buf;
    }

    it('VolumeSettings agree with each other, and the fill byte is FF (TB-11)', () => {
      const { settings } = volume;
      const size = settings.getVolumeSize();
      expect(settings.getTotalEraseUnits()).to.be.greaterThan(1);
      expect(settings.getTotalEraseUnits() * settings.getEraseUnitSize()).to.equal(size);
      expect(settings.getTotalWriteUnits() * settings.getWriteUnitSize()).to.equal(size);
      expect(2 ** settings.getEraseUnitSizeLog2()).to.equal(settings.getEraseUnitSize());
      expect(2 ** settings.getWriteUnitSizeLog2()).to.equal(settings.getWriteUnitSize());
      expect(settings.getFillByte()).to.equal(0xff);
      expect([...read(size - 2, 2)]).to.deep.equal([0xff, 0xff]);
    });

    it('erases one unit, and that alone', () => {
      const unit = volume.settings.getEraseUnitSize();
      const bytes = pattern(32);
      for (const addr of [unit - 16, 2 * unit - 16]) {
        if (addr + 32 <= volume.settings.getVolumeSize()) {
          user.end(volume.write(addr, bytes, 32));
        } else user.end(volume.write(addr, bytes, 16));
      }
      expect(volume.erase(1)).to.deep.equal(Ok());
      expect(user.names).not.to.include('eraseDone');
      settle();
      settle();
      expect(user.names.filter((event) => event === 'eraseDone')).to.have.length(1);
      expect(user.args).to.deep.equal([1]);
      expect(read(unit, unit)).to.deep.equal(new Uint8Array(unit).fill(0xff));
      expect(read(unit - 16, 16)).to.deep.equal(bytes.subarray(0, 16));
    });

    it('is FAIL at once for a unit that is none, and while it is busy', () => {
      for (const wrong of [volume.settings.getTotalEraseUnits(), ...NONSENSE]) {
        expect(volume.erase(wrong)).to.deep.equal(Err(ErrorCode.FAIL));
      }
      settle();
      expect(user.events).to.be.empty;
      volume.erase(0);
      expect(volume.erase(1)).to.deep.equal(Err(ErrorCode.FAIL));
      expect(volume.flush()).to.deep.equal(Err(ErrorCode.FAIL));
      settle();
      expect(user.names).to.deep.equal(['eraseDone']);
    });

    it('modifies bytes in any way, and leaves their neighbours; or says that it cannot, and is FAIL', () => {
      const unit = volume.settings.getEraseUnitSize();
      const old = new Uint8Array(unit).fill(0x11);
      const bytes = pattern(12);
      user.end(volume.write(0, old, unit));
      const before = user.events.length;
      const started = volume.modify(6, bytes, 12);
      if (!volume.isSupported()) {
        expect(started).to.deep.equal(Err([ErrorCode.FAIL, bytes]));
        settle();
        expect(user.events).to.have.length(before);
        return;
      }
      expect(user.end(started)).to.equal(undefined);
      expect(user.names.slice(before)).to.deep.equal(['modifyDone']);
      expect(user.args).to.deep.equal([6, bytes, 12]);
      expect(user.args[1]).to.equal(bytes);
      old.set(bytes, 6);
      expect(read(0, unit)).to.deep.equal(old);
      expect(user.end(volume.modify(unit - 4, bytes, 8))).to.equal(undefined);
      expect(read(unit - 4, 8)).to.deep.equal(bytes.subarray(0, 8));
      expect(user.end(volume.modify(9, bytes, 0))).to.equal(undefined);
      const size = volume.settings.getVolumeSize();
      expect(volume.modify(size - 4, bytes, 8)).to.deep.equal(Err([ErrorCode.FAIL, bytes]));
    });

    it('is RESERVE while nobody was named to be told', () => {
      const { volume: unwatched } = create();
      const buf = new Uint8Array(4);
      expect(unwatched.read(0, buf, 4)).to.deep.equal(Err([ErrorCode.RESERVE, buf]));
      expect(unwatched.erase(0)).to.deep.equal(Err(ErrorCode.RESERVE));
    });
  });
}
