// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TicKV's operations, in both modes.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type FlashRequest } from '#libraries/store/storage';
import { ERROR_CODES, SUCCESS_CODES } from '#libraries/tickv/codes';
import { buildObject } from '#libraries/tickv/format';
import { LITERAL } from '#libraries/tickv/mode';
import { TicKv } from '#libraries/tickv/tickv';
import { MODES, SUPER, flashFor, hashIn, opened, read, regionOf, said } from './support.ts';

const VALUE = Uint8Array.of(1, 2, 3, 4);

for (const [name, mode] of MODES) {
  describe(`libraries/tickv, ${name}`, () => {
    it('begins on blank flash by writing the super key; the next time it is there (TK-02)', () => {
      const flash = flashFor(mode);
      const kv = new TicKv(flash, mode);
      expect(said(kv.initialise(SUPER))).to.equal('Written');
      const before = flash.image.slice();
      expect(before.subarray(0, 15)).to.deep.equal(buildObject(SUPER, new Uint8Array(0)));
      expect(said(new TicKv(flash, mode).initialise(SUPER))).to.equal('Complete');
      expect(flash.image).to.deep.equal(before);
    });

    it('keeps a value under a hash, and refuses a second one (TK-03)', () => {
      const kv = opened(flashFor(mode), mode);
      expect(said(kv.appendKey(hashIn(1, 1), VALUE))).to.equal('Written');
      expect(read(kv, hashIn(1, 1))).to.equal('1,2,3,4');
      expect(said(kv.appendKey(hashIn(1, 1), Uint8Array.of(9)))).to.equal('KeyAlreadyExists');
      expect(read(kv, hashIn(1, 1))).to.equal('1,2,3,4');
      expect(read(kv, hashIn(1, 2))).to.equal('KeyNotFound');
    });

    it('an object in flash has the bytes of upstream (TK-01)', () => {
      const flash = flashFor(mode);
      const kv = opened(flash, mode);
      const hash = { high: 0xeda1_0078, low: 0x8861_93bb };
      said(kv.appendKey(hash, new Uint8Array(4).fill(0x23)));
      const object = Buffer.from('018013eda10078886193bb2323232392480e8e', 'hex');
      expect(Buffer.from(regionOf(flash, 3)).indexOf(object)).to.equal(0);
    });

    it('invalidates by one bit; what is collected is a region without a valid object (TK-04)', () => {
      const flash = flashFor(mode);
      const kv = opened(flash, mode);
      for (let id = 0; id < 3; id++) said(kv.appendKey(hashIn(1, id), VALUE));
      const before = flash.image.slice();
      expect(said(kv.invalidateKey(hashIn(1, 0)))).to.equal('Written');
      const changed = flash.image.findIndex((byte, at) => byte !== before[at]);
      expect((flash.image[changed] ?? 0) ^ (before[changed] ?? 0)).to.equal(0x80);
      expect(flash.image.subarray(changed + 1)).to.deep.equal(before.subarray(changed + 1));
      expect(read(kv, hashIn(1, 0))).to.equal('KeyNotFound');
      expect(said(kv.invalidateKey(hashIn(1, 0)))).to.equal('KeyNotFound');
      said(kv.invalidateKey(hashIn(1, 1)));
      expect(said(kv.garbageCollect())).to.equal(0);
      said(kv.invalidateKey(hashIn(1, 2)));
      expect(said(kv.garbageCollect())).to.equal(128);
      expect([...flash.pageErases]).to.deep.equal(mode === LITERAL ? [1, 2, 1, 1] : [0, 1, 0, 0]);
    });

    it('zeroise leaves zeros for value and checksum (TK-05)', () => {
      const flash = flashFor(mode);
      const kv = opened(flash, mode);
      said(kv.appendKey(hashIn(1, 1), VALUE));
      said(kv.appendKey(hashIn(1, 2), VALUE));
      expect(said(kv.zeroiseKey(hashIn(1, 1)))).to.equal('Written');
      const object = regionOf(flash, 1).subarray(0, 19);
      expect([...object.subarray(0, 3)]).to.deep.equal([1, 0, 19]);
      expect([...object.subarray(11)]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
      expect(read(kv, hashIn(1, 1))).to.equal('KeyNotFound');
      expect(read(kv, hashIn(1, 2))).to.equal('1,2,3,4');
      expect(said(kv.zeroiseKey(hashIn(1, 1)))).to.equal('KeyNotFound');
      expect(flash.violation).to.equal(undefined);
      expect(read(opened(flash, mode), hashIn(1, 2))).to.equal('1,2,3,4');
    });

    it('a full region sends objects to +1, -1, +2; FlashFull when all are, until some are dead and collected (TK-06)', () => {
      const flash = flashFor(mode, { pageSize: 128, numPages: 5 });
      const kv = opened(flash, mode);
      const at: number[] = [];
      const value = new Uint8Array(25);
      let id = 0;
      for (let result: unknown = 'Written'; result === 'Written'; id++) {
        const before = [...flash.image];
        result = said(kv.appendKey(hashIn(2, id), value));
        const changed = flash.image.findIndex((byte, offset) => byte !== before[offset]);
        if (result === 'Written') at.push(Math.floor(changed / 128));
        else expect(result).to.equal('FlashFull');
      }
      expect([...new Set(at)]).to.deep.equal([2, 3, 1, 4, 0]);
      expect(at).to.deep.equal([...at].sort((a, b) => Math.abs(2.1 - a) - Math.abs(2.1 - b)));
      expect(said(kv.garbageCollect())).to.equal(0);
      for (let dead = 0; dead < 3; dead++)
        expect(said(kv.invalidateKey(hashIn(2, dead)))).to.equal('Written');
      expect(said(kv.garbageCollect())).to.equal(128);
      expect(said(kv.appendKey(hashIn(2, id), value))).to.equal('Written');
      expect(read(kv, hashIn(2, id))).to.equal(value.join());
    });

    it('takes no value whose object has 4095 bytes or more (TK-07)', () => {
      const flash = flashFor(mode, { pageSize: 8192, numPages: 2 });
      const kv = opened(flash, mode);
      expect(said(kv.appendKey(hashIn(1, 1), new Uint8Array(4080)))).to.equal('ObjectTooLarge');
      expect(said(kv.appendKey(hashIn(1, 1), new Uint8Array(4079)))).to.equal('Written');
      expect(said(kv.getKey(hashIn(1, 1), new Uint8Array(4079)))).to.equal(4079);
      expect(kv.maxValueLength).to.equal(4079);
    });

    it('a buffer that is too small holds the beginning, and the length is said (TK-08)', () => {
      const kv = opened(flashFor(mode), mode);
      said(kv.appendKey(hashIn(1, 1), VALUE));
      const buffer = new Uint8Array(3);
      const got = runAtOnce(kv.getKey(hashIn(1, 1), buffer));
      expect(got).to.deep.equal({ ok: false, error: { kind: 'BufferTooSmall', length: 4 } });
      expect([...buffer]).to.deep.equal([1, 2, 3]);
    });

    it('a bit that flipped is InvalidCheckSum, with the value as it stands (TK-09)', () => {
      const flash = flashFor(mode);
      const kv = opened(flash, mode);
      said(kv.appendKey(hashIn(1, 1), VALUE));
      regionOf(flash, 1)[12] = 3;
      const buffer = new Uint8Array(4);
      expect(said(kv.getKey(hashIn(1, 1), buffer))).to.equal('InvalidCheckSum');
      expect([...buffer]).to.deep.equal([1, 3, 3, 4]);
    });

    it('on a flash that answers later it stands at its request, and goes on when that is done (TK-10)', () => {
      const [cells, flash] = [flashFor(mode), flashFor(mode)];
      const later = new TicKv(new DeferredStorage(cells), mode);
      const now = opened(flash, mode);
      runAtOnce(later.initialise(SUPER), cells);
      const steps = later.appendKey(hashIn(2, 1), VALUE);
      const step = steps.next();
      // ReadNotReady(2), in upstream's words; the next `next` is its continue_operation.
      const { operation, page, length } = step.value as FlashRequest;
      expect([operation, page, length]).to.deep.equal(['read', 2, 128]);
      steps.return({ ok: true, value: 'Complete' });
      for (const kv of [later, now]) {
        const on = kv === later ? cells : undefined;
        expect(runAtOnce(kv.appendKey(hashIn(2, 1), VALUE), on).ok).to.equal(true);
        expect(runAtOnce(kv.put(hashIn(2, 1), Uint8Array.of(5)), on).ok).to.equal(true);
        expect(runAtOnce(kv.getKey(hashIn(2, 1), new Uint8Array(4)), on)).to.deep.equal({
          ok: true,
          value: 1,
        });
      }
      expect(cells.image).to.deep.equal(flash.image);
    });

    it('add, update and put differ in what must be there', () => {
      const kv = opened(flashFor(mode), mode);
      const hash = hashIn(1, 1);
      expect(said(kv.update(hash, VALUE))).to.equal('KeyNotFound');
      expect(said(kv.add(hash, VALUE))).to.equal('Written');
      expect(said(kv.add(hash, VALUE))).to.equal('KeyAlreadyExists');
      expect(said(kv.update(hash, Uint8Array.of(7)))).to.equal('Written');
      expect(read(kv, hash)).to.equal('7');
      expect(said(kv.put(hash, Uint8Array.of(8)))).to.equal('Written');
      expect(said(kv.put(hashIn(1, 2), VALUE))).to.equal('Written');
      expect([read(kv, hash), read(kv, hashIn(1, 2))]).to.deep.equal(['8', '1,2,3,4']);
    });

    it('a flash that fails is said, at each access', () => {
      const flash = flashFor(mode);
      const kv = opened(flash, mode);
      said(kv.appendKey(hashIn(1, 1), VALUE));
      const failing = (steps: () => unknown): unknown => {
        flash.arm(0);
        const result = steps();
        flash.disarm();
        return result;
      };
      expect(failing(() => said(kv.appendKey(hashIn(1, 2), VALUE)))).to.equal('WriteFail');
      expect(failing(() => said(kv.invalidateKey(hashIn(1, 1))))).to.equal('WriteFail');
      expect(failing(() => said(kv.put(hashIn(1, 1), VALUE)))).to.equal('WriteFail');
      said(kv.invalidateKey(hashIn(1, 1)));
      expect(failing(() => said(kv.garbageCollect()))).to.equal('EraseFail');
      const deferred = new TicKv(new DeferredStorage(flash), mode);
      for (const steps of [
        deferred.getKey(hashIn(1, 1), VALUE),
        deferred.put(hashIn(1, 1), VALUE),
        deferred.garbageCollect(),
        deferred.hashes(),
      ]) {
        steps.next();
        const ended = steps.next(false);
        expect(ended.value).to.deep.equal({ ok: false, error: { kind: 'ReadFail' } });
      }
    });

    it('a hash of all zeros or all ones is nobody’s', () => {
      const kv = opened(flashFor(mode), mode);
      for (const half of [0, 0xffff_ffff]) {
        const hash = { high: half, low: half };
        expect(() => said(kv.appendKey(hash, VALUE))).to.throw(/neither all zeros/);
        expect(() => said(kv.put(hash, VALUE))).to.throw(/neither all zeros/);
      }
    });
  });
}

describe('libraries/tickv/codes', () => {
  it('upstream’s numbers of successes are numbers of errors too: here results have tags (TK-10)', () => {
    const errors = new Set<number>(Object.values(ERROR_CODES));
    expect(Object.values(SUCCESS_CODES).every((code) => errors.has(code))).to.equal(true);
    expect(ERROR_CODES.EraseNotReady).to.equal(-15);
    expect(errors.size).to.equal(15);
  });
});
