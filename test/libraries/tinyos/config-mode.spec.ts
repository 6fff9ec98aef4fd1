// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage to the letter of TEP 129; and the order of what the flash is asked for, in the other layouts.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { LITERAL, LOG, RING } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import type { DirectStorage } from '#libraries/tinyos/direct-storage';
import { Volume } from '#libraries/tinyos/volume';
import { ConfigBench, ended, geometry, said, value } from './config-support.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const LAYOUTS = [
  ['ring', RING],
  ['log', LOG],
] as const;

/** A volume that says what is asked of it. */
function watched(flash: BufferStorage, seen: string[]): DirectStorage {
  const volume = new Volume(flash);
  return {
    settings: volume.settings,
    read: (addr, len) => volume.read(addr, len),
    *write(addr, bytes) {
      seen.push(`write ${addr}+${bytes.length}`);
      return yield* volume.write(addr, bytes);
    },
    *erase(unit) {
      seen.push(`erase ${unit}`);
      return yield* volume.erase(unit);
    },
    *flush() {
      seen.push('flush');
      return yield* volume.flush();
    },
    crc: (addr, len, base) => volume.crc(addr, len, base),
  };
}

describe('libraries/tinyos/config-mode', () => {
  for (const [name, mode] of LAYOUTS) {
    it(`as a ${name} makes durable each step before the next: value, commit, kill; copy, header, erase`, () => {
      const seen: string[] = [];
      const flash = new BufferStorage(geometry(64, 2));
      const config = new ConfigStorage(watched(flash, seen), { mode });
      const insert = (number: number): void => {
        seen.length = 0;
        runAtOnce(config.insert(1, Uint8Array.from(value(number, 8))));
      };
      runAtOnce(config.boot());
      insert(1);
      expect(seen).to.deep.equal(['write 8+16', 'flush', 'write 0+8', 'flush']);
      insert(2);
      expect(seen).to.deep.equal([
        ...['write 24+4', 'write 32+8', 'flush', 'write 28+4', 'flush'],
        ...['write 12+1', 'flush'],
      ]);
      insert(3);
      runAtOnce(config.insert(2, new Uint8Array(0)));
      insert(4);
      expect(seen, 'key 1 is replaced in the copy, key 2 is copied').to.deep.equal([
        ...['write 72+8', 'write 80+16', 'flush', 'write 64+8', 'flush', 'erase 0', 'flush'],
      ]);
    });
  }

  describe('to the letter', () => {
    let bench: ConfigBench;
    beforeEach(() => {
      bench = new ConfigBench({ mode: LITERAL }, new BufferStorage(geometry(64, 4, 3)));
    });

    it('has headers of seven bytes back to back: hashId, magic EE, length, CRC-8 (TC-01)', () => {
      bench.insert(0x11, [1, 2, 3, 4]);
      bench.insert(0x12, []);
      expect(hex(bench.flash.image.subarray(0, 18))).to.match(
        /^11000000ee0490(01020304)12000000ee00..$/,
      );
    });

    it('programs DD over EE, which NOR flash makes CC; what is neither EE nor FF is dead (TC-04)', () => {
      bench.insert(0x11, [1, 2, 3, 4]);
      bench.insert(0x11, [5]);
      expect(bench.flash.image[4]).to.equal(0xcc);
      expect([bench.total, bench.get(0x11)]).to.deep.equal([1, [5]]);
      expect(bench.flash.violation).to.equal(undefined);
    });

    it('on flash that refuses to set bits every update fails, and the old entry stays (TC-04)', () => {
      const volume = new Volume(bench.flash);
      const strict: DirectStorage = {
        settings: volume.settings,
        read: (addr, len) => volume.read(addr, len),
        *write(addr, bytes) {
          const old = bench.flash.image.subarray(addr, addr + bytes.length);
          const sets = bytes.some((byte, at) => (byte & ~(old[at] ?? 0)) !== 0);
          return sets ? { ok: false, error: 'StorageError' } : yield* volume.write(addr, bytes);
        },
        erase: (unit) => volume.erase(unit),
        flush: () => volume.flush(),
        crc: (addr, len, base) => volume.crc(addr, len, base),
      };
      for (const [mode, update, keys] of [
        [LITERAL, 'StorageError', 2],
        [RING, 'Ok', 1],
      ] as const) {
        bench.flash.image.fill(0xff);
        const config = new ConfigStorage(strict, { mode });
        runAtOnce(config.boot());
        expect(ended(runAtOnce(config.insert(1, Uint8Array.of(1))))).to.equal('Ok');
        expect(ended(runAtOnce(config.insert(1, Uint8Array.of(2))))).to.equal(update);
        runAtOnce(config.boot());
        expect(said(runAtOnce(config.totalKeys()))).to.equal(keys);
      }
    });

    it('copies half the volume to the other half, and erases the first', () => {
      // 128 / 9 = 14 entries of two bytes.
      for (let turn = 0; turn < 14; turn++) bench.insert(1, [turn, 0]);
      expect(bench.flash.counts.erases).to.equal(0);
      bench.insert(1, [14, 0]);
      expect(bench.flash.counts.erases).to.equal(2);
      expect(bench.flash.image.subarray(0, 128).every((byte) => byte === 0xff)).to.equal(true);
      expect([bench.total, bench.get(1)]).to.deep.equal([1, [14, 0]]);
      expect(bench.flash.image[128 + 4]).to.equal(0xcc);
    });

    it('keeps a double for ever once the kill was cut, and a remove brings the old value back', () => {
      bench.insert(1, [1]);
      bench.flash.arm(1);
      expect(bench.insert(1, [2])).to.equal('StorageError');
      bench.flash.corrupt(() => false);
      bench.boot();
      expect([bench.total, bench.get(1)]).to.deep.equal([2, [2]]);
      bench.remove(1);
      expect(bench.get(1)).to.deep.equal([1]);
    });
  });
});
