// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Rules that DirectStorage and BlockStorage share: reading, writing, flushing and checking a volume by address.
 *
 * NON-TOCK: part of the suites of `direct-storage.ts` and `block-storage.ts`; the rules are those of `kernel/hil/direct-storage.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import type { EventRecorder } from './event-recorder.ts';
import { and, NONSENSE, pattern } from './flash-recorder.ts';

/** What both interfaces have. */
export type AnyVolume = Pick<hil.blockStorage.BlockStorage, 'read' | 'write' | 'flush' | 'crc'>;

/** A volume under test: fresh and blank. */
export interface VolumeUnderTest {
  readonly volume: AnyVolume;
  readonly user: EventRecorder<unknown>;
  /** Bytes of the volume, and of one unit of erase. */
  readonly size: number;
  readonly unit: number;
  settle(): void;
}

type Start = () => Result<void, ErrorCode | Rejected<Uint8Array>>;

/** @param begin makes a fresh volume, and whoever listens to it, for each test. */
export function describeVolumeRules(begin: () => VolumeUnderTest): void {
  let volume: AnyVolume;
  let user: VolumeUnderTest['user'];
  let size: number;
  let unit: number;
  let settle: () => void;

  beforeEach(() => {
    const under = begin();
    ({ volume, user, size, unit } = under);
    settle = (): void => under.settle();
  });

  function write(addr: number, bytes: Uint8Array): ErrorCode | undefined {
    return user.end(volume.write(addr, bytes, bytes.length));
  }

  function read(addr: number, len: number): Uint8Array {
    const buf = new Uint8Array(len);
    expect(user.end(volume.read(addr, buf, len))).to.equal(undefined);
    return buf;
  }

  it('reads fill bytes, then what was written, and the event carries the arguments back (TB-02)', () => {
    expect(read(8, 24)).to.deep.equal(new Uint8Array(24).fill(0xff));
    const bytes = pattern(40);
    const kept = bytes.slice();
    expect(volume.write(8, bytes, 24)).to.deep.equal(Ok());
    settle();
    expect(user.args).to.deep.equal([8, bytes, 24]);
    expect(user.args[1]).to.equal(bytes);
    expect(bytes).to.deep.equal(kept);
    const target = new Uint8Array(30).fill(0xee);
    expect(volume.read(8, target, 24)).to.deep.equal(Ok());
    settle();
    expect(user.args).to.deep.equal([8, target, 24]);
    expect(user.args[1]).to.equal(target);
    expect(target.subarray(0, 24)).to.deep.equal(kept.subarray(0, 24));
    expect([...target.subarray(24)]).to.deep.equal([0xee, 0xee, 0xee, 0xee, 0xee, 0xee]);
    expect(read(32, 8)).to.deep.equal(new Uint8Array(8).fill(0xff));
  });

  it('writes across units, and reads across them (TB-03)', () => {
    const bytes = pattern(64);
    expect(write(unit - 32, bytes)).to.equal(undefined);
    expect(read(unit - 32, 64)).to.deep.equal(bytes);
    expect(read(unit - 40, 8)).to.deep.equal(new Uint8Array(8).fill(0xff));
    expect(read(unit + 32, 8)).to.deep.equal(new Uint8Array(8).fill(0xff));
    expect(read(unit, 5)).to.deep.equal(bytes.subarray(32, 37));
  });

  it('writes at any address and of any length, and leaves the neighbours', () => {
    expect(write(5, Uint8Array.of(1, 2, 3, 4, 5, 6))).to.equal(undefined);
    expect([...read(3, 10)]).to.deep.equal([0xff, 0xff, 1, 2, 3, 4, 5, 6, 0xff, 0xff]);
  });

  it('a second write leaves old AND new (TB-10)', () => {
    write(16, pattern(16));
    write(16, pattern(16, 99));
    expect(read(16, 16)).to.deep.equal(and(pattern(16), pattern(16, 99)));
  });

  it('reaches the last byte; one more is FAIL at once, without an event (TB-04)', () => {
    expect(write(size - 16, pattern(16))).to.equal(undefined);
    expect(read(size - 16, 16)).to.deep.equal(pattern(16));
    const before = user.events.length;
    const buf = new Uint8Array(17);
    for (const [addr, len] of [
      [size - 16, 17],
      [size, 1],
      [size + 1, 0],
    ] as const) {
      expect(volume.read(addr, buf, len)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
      expect(volume.write(addr, buf, len)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
      expect(volume.crc(addr, len, 0)).to.deep.equal(Err(ErrorCode.FAIL));
    }
    settle();
    expect(user.events).to.have.length(before);
    expect(read(size - 16, 16)).to.deep.equal(pattern(16));
  });

  it('is FAIL for lengths over the buffer, and for what is no address, no length, no base', () => {
    const buf = new Uint8Array(8);
    expect(volume.read(0, buf, 9)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
    expect(volume.write(0, buf, 9)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
    for (const number of NONSENSE) {
      for (const command of ['read', 'write'] as const) {
        expect(volume[command](number, buf, 4)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
        expect(volume[command](0, buf, number)).to.deep.equal(Err([ErrorCode.FAIL, buf]));
      }
      expect(volume.crc(number, 4, 0)).to.deep.equal(Err(ErrorCode.FAIL));
      expect(volume.crc(0, number, 0)).to.deep.equal(Err(ErrorCode.FAIL));
      expect(volume.crc(0, 4, number)).to.deep.equal(Err(ErrorCode.FAIL));
    }
    expect(volume.crc(0, 4, 0x1_0000)).to.deep.equal(Err(ErrorCode.FAIL));
    settle();
    expect(user.events).to.be.empty;
  });

  it('has nothing to read or write: success, and the event (TB-13)', () => {
    const buf = new Uint8Array(4);
    for (const addr of [0, 7, size]) {
      expect(user.end(volume.read(addr, buf, 0))).to.equal(undefined);
      expect(user.args).to.deep.equal([addr, buf, 0]);
      expect(user.end(volume.write(addr, buf, 0))).to.equal(undefined);
      expect(user.args).to.deep.equal([addr, buf, 0]);
      expect(user.end(volume.crc(addr, 0, 0x1234))).to.equal(undefined);
      expect(user.args).to.deep.equal([0x1234, addr, 0]);
    }
    expect(read(0, 4)).to.deep.equal(new Uint8Array(4).fill(0xff));
  });

  it('CRC-16, polynomial 0x1021, highest bit first: 31C3 and 29B1 for 123456789; in two pieces (TB-06)', () => {
    write(3, new TextEncoder().encode('123456789'));
    const crc = (addr: number, len: number, base: number): unknown => {
      expect(user.end(volume.crc(addr, len, base))).to.equal(undefined);
      expect(user.args.slice(1)).to.deep.equal([addr, len]);
      return user.args[0];
    };
    expect(crc(3, 9, 0)).to.equal(0x31c3);
    expect(crc(3, 9, 0xffff)).to.equal(0x29b1);
    expect(crc(7, 5, crc(3, 4, 0) as number)).to.equal(0x31c3);
    write(unit - 4, pattern(8));
    expect(crc(unit, 4, crc(unit - 4, 4, 0) as number)).to.equal(crc(unit - 4, 8, 0));
  });

  describe('completion', () => {
    const buf = new Uint8Array(8);
    const COMMANDS: Readonly<Record<string, Start>> = {
      read: () => volume.read(0, buf, 8),
      write: () => volume.write(0, buf, 8),
      flush: () => volume.flush(),
      crc: () => volume.crc(0, 8, 0),
    };
    for (const [name, start] of Object.entries(COMMANDS)) {
      it(`comes once, and never from within the call: ${name} (TRD 3 rules 1 and 3)`, () => {
        expect(start()).to.deep.equal(Ok());
        expect(user.events).to.be.empty;
        settle();
        settle();
        expect(user.names).to.deep.equal([`${name}Done`]);
        expect(user.events[0]?.args.at(-1)).to.deep.equal(Ok());
      });

      it(`a second command while ${name} is under way is FAIL; the first still completes (TB-05)`, () => {
        start();
        for (const [other, second] of Object.entries(COMMANDS)) {
          const hasBuffer = other === 'read' || other === 'write';
          const expected = hasBuffer ? [ErrorCode.FAIL, buf] : ErrorCode.FAIL;
          expect(second(), other).to.deep.equal(Err(expected));
        }
        settle();
        expect(user.names).to.deep.equal([`${name}Done`]);
        expect(start()).to.deep.equal(Ok());
      });
    }

    it('lets the client start the next operation from within an event', () => {
      user.next = (): void => {
        expect(volume.flush()).to.deep.equal(Ok());
      };
      write(0, pattern(8));
      expect(user.names).to.deep.equal(['writeDone', 'flushDone']);
    });
  });
}
