// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage of TEP 129: entries, updates, copies, keys, limits, without any cut.
 *
 * NON-TOCK: tests. What is expected is in TEP 129, section 4, or follows from the layout by hand.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { LOG, RING } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import { errorOf } from '#libraries/tinyos/direct-storage';
import { Volume } from '#libraries/tinyos/volume';
import { ConfigBench, ended, geometry, said, value } from './config-support.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const LAYOUTS = [
  ['ring', RING],
  ['log', LOG],
] as const;

describe('libraries/tinyos/config-storage', () => {
  for (const [name, mode] of LAYOUTS) {
    describe(name, () => {
      let bench: ConfigBench;
      beforeEach(() => {
        bench = new ConfigBench({ mode });
      });
      afterEach(() => {
        expect(bench.flash.violation).to.equal(undefined);
      });

      it('inserts an entry behind the header of its unit, and gives it back (TC-01)', () => {
        expect(bench.insert(0x11, [1, 2, 3, 4])).to.equal('Ok');
        const header = '00000000' + 'ffffffff';
        const entry = '11000000' + 'ee0490ef' + '01020304';
        expect(hex(bench.unit(0))).to.equal((header + entry).padEnd(256, 'f'));
        expect(hex(bench.unit(1))).to.equal(''.padEnd(256, 'f'));
        expect(bench.get(0x11)).to.deep.equal([1, 2, 3, 4]);
        expect(bench.boot()).to.equal('Ok');
        expect(bench.get(0x11)).to.deep.equal([1, 2, 3, 4]);
      });

      it('takes blank flash for a volume without keys, and leaves it blank (TC-02)', () => {
        expect([bench.total, bench.visited, bench.config.lastKey()]).to.deep.equal([
          0,
          ['NotFound'],
          0xffff_ffff,
        ]);
        expect([bench.get(1), bench.remove(1)]).to.deep.equal(['NotFound', 'NotFound']);
        expect(errorOf('NotFound')).to.equal('FAIL');
        expect(bench.flash.counts.writeCalls).to.equal(0);
        expect(bench.flash.counts.erases).to.equal(0);
      });

      it('appends a new entry for an update, and makes the old magic CC (TC-03)', () => {
        bench.insert(0x11, [1, 2, 3, 4]);
        bench.insert(0x11, [5, 6, 7, 8]);
        expect(hex(bench.unit(0).subarray(8, 32))).to.equal(
          '11000000' + 'cc0490ef' + '01020304' + '11000000' + 'ee0413ee' + '05060708',
        );
        expect([bench.total, bench.get(0x11)]).to.deep.equal([1, [5, 6, 7, 8]]);
      });

      it('shows a removed key no more; its entry stays, dead, until the unit is copied (TC-05)', () => {
        bench.insert(1, value(1));
        bench.insert(2, value(2));
        expect(bench.remove(1)).to.equal('Ok');
        const dead = hex(bench.unit(0).subarray(8, 20));
        expect(dead.slice(8, 10)).to.equal('cc');
        expect([bench.get(1), bench.remove(1), bench.total]).to.deep.equal([
          'NotFound',
          'NotFound',
          1,
        ]);
        bench.boot();
        expect([bench.get(1), hex(bench.unit(0).subarray(8, 20))]).to.deep.equal([
          'NotFound',
          dead,
        ]);
        for (let turn = 0; bench.flash.counts.erases === 0; turn++) bench.insert(3, value(turn));
        expect(hex(bench.flash.image)).not.to.include(dead.slice(10));
        expect(bench.content.startsWith(`2=${value(2).toString()}`)).to.equal(true);
      });

      it('visits each of 20 keys once, whatever changes meanwhile, and knows the last from RAM (TC-06)', () => {
        bench = new ConfigBench({ mode }, new BufferStorage(geometry(512, 3)));
        const random = new Random(6);
        const keys = Array.from({ length: 20 }, () => random.u32() >>> 1).sort((a, b) => a - b);
        for (const key of keys) bench.insert(key, [key & 0xff]);
        expect(bench.visited).to.deep.equal([...keys, 'NotFound']);
        bench.reads.calls = 0;
        expect(bench.config.lastKey()).to.equal(keys.at(-1));
        expect(bench.reads.calls).to.equal(0);
        const visited: number[] = [];
        let next = said(runAtOnce(bench.config.firstKey()));
        while (typeof next === 'number') {
          visited.push(next);
          bench.insert(next, [1, 2, 3]);
          if (visited.length % 5 === 0) bench.remove(next);
          next = said(runAtOnce(bench.config.nextKey(next)));
        }
        expect(visited).to.deep.equal(keys);
        expect(bench.config.lastKey()).to.equal(keys[18]);
        bench.boot();
        expect([bench.config.lastKey(), bench.total]).to.deep.equal([keys[18], 16]);
      });

      it('fills no holder beyond its size: TooLong, or cut by option, and the whole size is said (TC-07)', () => {
        bench.insert(1, [1, 2, 3, 4, 5]);
        expect(bench.get(1, 4)).to.equal('TooLong');
        expect(errorOf('TooLong')).to.equal('ESIZE');
        expect(bench.get(1, 5)).to.deep.equal([1, 2, 3, 4, 5]);
        const cutting = new ConfigBench({ mode, truncates: true }, bench.flash);
        const found = runAtOnce(cutting.config.retrieve(1, 4));
        expect(found).to.deep.equal({
          ok: true,
          value: { value: Uint8Array.of(1, 2, 3, 4), size: 5 },
        });
      });

      it('takes 255 bytes and refuses 256: the length is one byte (TC-08)', () => {
        bench = new ConfigBench({ mode }, new BufferStorage(geometry(512, 2)));
        expect(bench.insert(1, value(1, 255))).to.equal('Ok');
        const { writeCalls } = bench.flash.counts;
        expect(bench.insert(1, value(2, 256))).to.equal('TooLong');
        expect(bench.flash.counts.writeCalls).to.equal(writeCalls);
        expect(bench.get(1)).to.deep.equal(value(1, 255));
      });

      it('refuses the key 0xFFFFFFFF, which a blank header has, and what is no number of 32 bits', () => {
        for (const key of [0xffff_ffff, 2 ** 32, -1, 0.5]) {
          const { config } = bench;
          const ends = [bench.insert(key, [1]), bench.get(key), bench.remove(key)];
          expect(new Set([...ends, said(runAtOnce(config.nextKey(key)))])).to.deep.equal(
            new Set(['InvalidArgument']),
          );
        }
      });

      it('copies what lives when a unit is full, and erases the first (TC-09)', () => {
        // (128 - 8) / 12 = 10 entries of a word.
        for (let turn = 0; turn < 8; turn++) bench.insert(1, value(turn));
        bench.insert(2, value(20));
        bench.insert(3, value(30));
        expect(bench.flash.counts.erases).to.equal(0);
        const before = bench.content;
        bench.remove(3);
        bench.insert(3, value(30));
        expect(bench.flash.counts.erases).to.equal(1);
        expect(bench.content).to.equal(before);
        expect(hex(bench.unit(0))).to.equal(''.padEnd(256, 'f'));
        const live = bench.unit(1);
        expect(hex(live.subarray(0, 8))).to.equal('01000000' + 'feffffff');
        expect(live.subarray(8 + 3 * 12).every((byte) => byte === 0xff)).to.equal(true);
        bench.boot();
        expect(bench.content).to.equal(before);
      });

      it('is updated without end: 10,000 times one key, an erase for each unit full (TC-10)', () => {
        bench = new ConfigBench({ mode, cache: 4 }, new BufferStorage(geometry(4096, 2)));
        for (let turn = 0; turn < 10_000; turn++) {
          if (bench.insert(7, value(turn)) !== 'Ok') expect.fail(`update ${turn}`);
        }
        expect(bench.get(7)).to.deep.equal(value(9999));
        // (4096 - 8) / 12 = 340 in a unit, the one that is copied into it included.
        expect(bench.flash.counts.erases).to.equal(Math.floor(10_000 / 340));
      });

      it('goes on for ever with live entries of just half of two units, and refuses more with nothing lost (TC-11)', () => {
        // 120 bytes: half of the volume, less the header of the unit.
        for (let key = 0; key < 10; key++) expect(bench.insert(key, value(key))).to.equal('Ok');
        for (let turn = 0; turn < 100; turn++) {
          expect(bench.insert(turn % 10, value(turn))).to.equal('Ok');
        }
        const { content } = bench;
        const image = bench.flash.image.slice();
        expect([bench.insert(10, []), bench.insert(3, value(3, 5))]).to.deep.equal([
          'NoCapacity',
          'NoCapacity',
        ]);
        expect(errorOf('NoCapacity')).to.equal('ESIZE');
        expect(bench.flash.image).to.deep.equal(image);
        expect(bench.content).to.equal(content);
        expect([bench.remove(0), bench.insert(10, value(10))]).to.deep.equal(['Ok', 'Ok']);
      });

      it('keeps two components apart by their ids; the same id is the same entry (TC-16)', () => {
        const [radio, sensor] = [0x0001_0000, 0x0002_0000];
        bench.insert(radio, value(1));
        bench.insert(sensor, value(2));
        for (let turn = 0; turn < 40; turn++) bench.insert(radio, value(turn));
        bench.remove(radio);
        expect(bench.get(sensor)).to.deep.equal(value(2));
        bench.insert(radio | 1, value(4));
        expect([bench.get(radio), bench.get(radio | 1)]).to.deep.equal(['NotFound', value(4)]);
        bench.insert(sensor, value(5));
        expect([bench.get(sensor), bench.total]).to.deep.equal([value(5), 2]);
      });

      it('gives the same with a cache of places as without, whatever its size; no walk to retrieve (TC-17)', () => {
        const random = new Random(17);
        const flash = (): BufferStorage => new BufferStorage(geometry(256, 3));
        const benches = [0, 3, 64].map((cache) => new ConfigBench({ mode, cache }, flash()));
        for (let turn = 0; turn < 1000; turn++) {
          const [key, dice, length] = [random.below(9), random.below(10), random.below(20)];
          const ends = benches.map((each) => {
            if (dice === 0) each.boot();
            const end = dice < 3 ? each.remove(key) : each.insert(key, value(turn, length));
            return `${end} ${each.get((key + 1) % 9).toString()} ${each.config.lastKey()}`;
          });
          expect(new Set(ends).size, `turn ${turn}`).to.equal(1);
        }
        const live = Number(benches[0]?.total);
        const images = benches.map(({ flash }) => flash.image);
        for (const image of images) expect(image).to.deep.equal(images[0]);
        expect(benches.map(({ config }) => config.ram().content)).to.deep.equal([
          0,
          3 * 8,
          8 * live,
        ]);
        const reads = benches.map((each) => {
          each.reads.calls = 0;
          each.get(each.config.lastKey());
          return each.reads.calls;
        });
        expect(reads[2]).to.equal(1);
        expect(reads[0]).to.be.greaterThan(2);
      });

      it('reports a flipped bit of a value or a key, and brings back no older value, not by a copy either (TC-18)', () => {
        bench.insert(1, value(1));
        bench.insert(1, value(2));
        const at = 8 + 12 + 8;
        bench.flash.image[at] = (bench.flash.image[at] ?? 0) ^ 0x10;
        bench.boot();
        expect(bench.get(1)).to.equal('Corrupt');
        expect(errorOf('Corrupt')).to.equal('FAIL');
        for (let turn = 0; bench.flash.counts.erases === 0; turn++) bench.insert(2, value(turn));
        expect(bench.get(1)).to.equal('Corrupt');
        expect(bench.insert(1, value(3))).to.equal('Ok');
        expect(bench.get(1)).to.deep.equal(value(3));
        expect([bench.remove(1), bench.boot(), bench.get(1)]).to.deep.equal([
          'Ok',
          'Ok',
          'NotFound',
        ]);
      });

      it('refuses to mount on flash whose words take one program, and writes nothing (TC-19)', () => {
        const flash = new BufferStorage(geometry(128, 2, 1));
        const config = new ConfigStorage(new Volume(flash), { mode, maxWordWrites: 1 });
        expect(ended(runAtOnce(config.boot()))).to.equal('InvalidStorage');
        expect(ended(runAtOnce(config.insert(1, Uint8Array.of(1))))).to.equal('StorageError');
        expect(flash.counts.writeCalls).to.equal(0);
      });

      it('leaves a volume alone that holds something else', () => {
        for (const at of [4, 200]) {
          const flash = new BufferStorage(geometry());
          flash.image.fill(0x5a, at, at + 4);
          const config = new ConfigStorage(new Volume(flash), { mode });
          expect(ended(runAtOnce(config.boot()))).to.equal('InvalidStorage');
          expect(flash.counts).to.deep.include({ writeCalls: 0, erases: 0 });
        }
      });

      it('does nothing more once the flash has failed, until it boots', () => {
        bench.insert(1, value(1));
        bench.flash.arm(3);
        expect(bench.insert(1, value(2))).to.equal('StorageError');
        bench.flash.corrupt(() => false);
        expect([bench.get(1), bench.insert(2, []), bench.remove(1), bench.total]).to.deep.equal(
          Array<string>(4).fill('StorageError'),
        );
        expect(bench.boot()).to.equal('Ok');
        expect(bench.get(1)).to.deep.equal(value(2));
      });

      it('has no numbers left for its units some day: NoLifetime', () => {
        bench.insert(1, value(1));
        // Number 0xFFFFFFFD, and its inverse.
        bench.flash.image.set([0xfd, 0xff, 0xff, 0xff, 2, 0, 0, 0]);
        bench.boot();
        for (let turn = 0; turn < 10; turn++) bench.insert(1, value(turn));
        expect(bench.flash.image[128]).to.equal(0xfe);
        for (let turn = 0; turn < 9; turn++) bench.insert(1, value(turn));
        expect(bench.insert(1, value(99))).to.equal('NoLifetime');
        expect(bench.get(1)).to.deep.equal(value(8));
      });
    });
  }

  it('as a log holds more than half of the volume, and moves entries of the oldest unit alone', () => {
    const bench = new ConfigBench({ mode: LOG }, new BufferStorage(geometry(128, 4)));
    // Three units of ten entries of a word: one is missing, so that an update finds room in each round.
    for (let key = 0; key < 29; key++) expect(bench.insert(key, value(key))).to.equal('Ok');
    for (let turn = 0; turn < 200; turn++) {
      expect(bench.insert((turn * 7) % 29, value(turn))).to.equal('Ok');
    }
    expect(bench.total).to.equal(29);
    expect(29 * 12).to.be.greaterThan((4 * 128) / 2);
    const { pageErases } = bench.flash;
    expect(Math.max(...pageErases) - Math.min(...pageErases)).to.be.at.most(1);
  });
});
