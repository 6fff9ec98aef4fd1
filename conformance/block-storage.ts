// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every BlockStorage passes: `describeBlockStorage('MyStorage', create)`.
 *
 * NON-TOCK: the rules are those of `kernel/hil/block-storage.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { EventRecorder } from './event-recorder.ts';
import { pattern } from './flash-recorder.ts';
import { describeVolumeRules } from './volume-rules.ts';

/** What a suite gets for each test: a blank volume of two units at least, each of 64 bytes at least. */
export interface BlockStorageFixture {
  readonly storage: hil.blockStorage.BlockStorage;
  /** Bytes of the volume, and of one of its units: VolumeSettings' to say. */
  readonly size: number;
  readonly unit: number;
  /** Runs everything that the storage still has to do. */
  settle(): void;
}

type Client = hil.blockStorage.BlockStorageClient;

const EVENTS = ['readDone', 'writeDone', 'eraseDone', 'flushDone', 'crcDone'] as const;

/** @param create makes a fresh, blank storage for each test. */
export function describeBlockStorage(name: string, create: () => BlockStorageFixture): void {
  describe(`${name} honours hil.blockStorage`, () => {
    let fixture: BlockStorageFixture;
    let storage: hil.blockStorage.BlockStorage;
    let user: EventRecorder<Client>;
    let settle: () => void;

    describeVolumeRules(() => {
      fixture = create();
      ({ storage } = fixture);
      settle = (): void => fixture.settle();
      user = new EventRecorder<Client>(EVENTS, settle);
      storage.setClient(user.client);
      return { volume: storage, user, size: fixture.size, unit: fixture.unit, settle };
    });

    it('erases the whole volume: every byte is a fill byte, and one event says so (TB-01)', () => {
      const { size } = fixture;
      const bytes = pattern(size);
      user.end(storage.write(0, bytes, size));
      const before = user.events.length;
      expect(storage.erase()).to.deep.equal(Ok());
      expect(user.events).to.have.length(before);
      settle();
      settle();
      expect(user.names.slice(before)).to.deep.equal(['eraseDone']);
      expect(user.events.at(-1)?.args).to.deep.equal([Ok()]);
      expect(user.end(storage.read(0, bytes, size))).to.equal(undefined);
      expect(bytes).to.deep.equal(new Uint8Array(size).fill(0xff));
    });

    it('is FAIL at once while it erases, whatever is asked (TB-05)', () => {
      const buf = new Uint8Array(4);
      storage.erase();
      expect(storage.read(0, buf, 4)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
      expect(storage.write(0, buf, 4)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
      expect(storage.erase()).to.deep.equal(Err(ErrorCode.FAIL));
      expect(storage.crc(0, 4, 0)).to.deep.equal(Err(ErrorCode.FAIL));
      expect(storage.flush()).to.deep.equal(Err(ErrorCode.FAIL));
      settle();
      expect(user.names).to.deep.equal(['eraseDone']);
    });

    it('has no getSize: VolumeSettings says that (TB-11)', () => {
      expect('getSize' in storage).to.equal(false);
    });

    it('is RESERVE while nobody was named to be told', () => {
      const { storage: unwatched } = create();
      const buf = new Uint8Array(4);
      expect(unwatched.read(0, buf, 4)).to.deep.equal(Err([ErrorCode.RESERVE, buf]));
      expect(unwatched.erase()).to.deep.equal(Err(ErrorCode.RESERVE));
    });
  });
}
