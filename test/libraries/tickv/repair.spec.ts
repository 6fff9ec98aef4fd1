// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a boot of the hardened store finds after a cut, and what it makes of it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { BitChoice, BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { buildObject } from '#libraries/tickv/format';
import { HARDENED } from '#libraries/tickv/mode';
import { TicKv } from '#libraries/tickv/tickv';
import { SMALL, SUPER, flashFor, hashIn, opened, read, regionOf, said } from './support.ts';

const KEY = hashIn(1, 1);
const VALUE = Uint8Array.of(1, 2, 3, 4);

/** Flash on which an operation is cut at a call, with these bits moved. */
function cut(
  flash: BufferStorage,
  operation: (kv: TicKv) => unknown,
  call: number,
  moved: BitChoice,
): void {
  const kv = opened(flash, HARDENED);
  flash.arm(call);
  operation(kv);
  flash.corrupt(moved);
}

describe('libraries/tickv/repair', () => {
  it('finishes a super key that was torn, whichever bits moved', () => {
    for (let only = 0; only < 60; only++) {
      const flash = flashFor(HARDENED);
      flash.arm(0);
      said(new TicKv(flash, HARDENED).initialise(SUPER));
      flash.corrupt((index) => index === only);
      expect(said(new TicKv(flash, HARDENED).initialise(SUPER))).to.equal('Written');
      expect(regionOf(flash, 0).subarray(0, 15)).to.deep.equal(
        buildObject(SUPER, new Uint8Array(0)),
      );
      expect(flash.violation).to.equal(undefined);
    }
  });

  it('leaves alone what is not its own: noise, zeros, a bit that no super key has', () => {
    for (const spoil of [
      (image: Uint8Array): unknown => image.fill(0),
      (image: Uint8Array): unknown => image.fill(0x5a, 300),
      (image: Uint8Array): unknown => (image[0] = 0xfe),
      (image: Uint8Array): unknown => (image[20] = 0xfe),
    ]) {
      const flash = flashFor(HARDENED);
      spoil(flash.image);
      const before = flash.image.slice();
      expect(said(new TicKv(flash, HARDENED).initialise(SUPER))).to.equal('CorruptData');
      expect(flash.image).to.deep.equal(before);
    }
  });

  it('fills a torn object behind a whole one with zeros, the first word last, and goes on behind it', () => {
    const flash = flashFor(HARDENED);
    said(opened(flash, HARDENED).appendKey(hashIn(1, 2), VALUE));
    cut(
      flash,
      (kv) => said(kv.appendKey(KEY, VALUE)),
      0,
      (index) => index % 3 > 0,
    );
    const torn = regionOf(flash, 1).slice(20, 40);
    expect(torn.some((byte) => byte !== 0xff)).to.equal(true);
    const kv = new TicKv(flash, HARDENED);
    flash.arm(1);
    said(kv.initialise(SUPER));
    flash.disarm();
    expect([...regionOf(flash, 1).subarray(20, 24)], 'first word').to.deep.equal([
      ...torn.subarray(0, 4),
    ]);
    expect([...regionOf(flash, 1).subarray(24, 40)].every((byte) => byte === 0)).to.equal(true);
    const again = opened(flash, HARDENED);
    expect(said(again.appendKey(KEY, Uint8Array.of(5)))).to.equal('Written');
    expect([read(again, KEY), read(again, hashIn(1, 2))]).to.deep.equal(['5', '1,2,3,4']);
    expect(flash.violation).to.equal(undefined);
  });

  it('erases a region in which a torn object stands alone', () => {
    const flash = flashFor(HARDENED);
    cut(
      flash,
      (kv) => said(kv.appendKey(KEY, VALUE)),
      0,
      (index) => index % 2 > 0,
    );
    opened(flash, HARDENED);
    expect([...flash.pageErases]).to.deep.equal([0, 1, 0, 0]);
    expect(regionOf(flash, 1).every((byte) => byte === 0xff)).to.equal(true);
  });

  it('a value that looks like an object does not become one, wherever its object is cut', () => {
    // Aligned in its host, whole and valid: all that a walk could ask for.
    const forged = buildObject(hashIn(1, 66), Uint8Array.of(6, 6, 6, 6));
    const value = new Uint8Array(1 + forged.length);
    value.set(forged, 1);
    for (let bits = 0; bits < 250; bits++) {
      for (let second = 0; second < 3; second++) {
        const flash = flashFor(HARDENED);
        said(opened(flash, HARDENED).appendKey(hashIn(1, 2), VALUE));
        cut(
          flash,
          (kv) => said(kv.appendKey(KEY, value)),
          0,
          (index) => index >= bits,
        );
        flash.arm(second);
        said(new TicKv(flash, HARDENED).initialise(SUPER));
        flash.corrupt((index, total) => index < total / 2);
        expect(read(opened(flash, HARDENED), hashIn(1, 66))).to.equal('KeyNotFound');
      }
    }
  });

  it('of two versions the one whose generation follows is kept, wherever the two stand', () => {
    for (const room of [0, 60]) {
      for (let updates = 0; updates < 6; updates++) {
        const flash = flashFor(HARDENED);
        const kv = opened(flash, HARDENED);
        for (let nth = 0; nth < updates; nth++) said(kv.put(KEY, Uint8Array.of(nth)));
        if (room > 0) said(kv.put(hashIn(1, 7), new Uint8Array(room)));
        said(kv.put(KEY, Uint8Array.of(100)));
        flash.arm(1);
        said(kv.put(KEY, Uint8Array.of(200)));
        flash.disarm();
        const again = opened(flash, HARDENED);
        expect(read(again, KEY)).to.equal('200');
        said(again.invalidateKey(KEY));
        expect(read(again, KEY), 'the older one is gone too').to.equal('KeyNotFound');
      }
    }
  });

  it('an object that rotted between others stays where it is, and is InvalidCheckSum', () => {
    const flash = flashFor(HARDENED);
    const kv = opened(flash, HARDENED);
    for (let id = 1; id <= 3; id++) said(kv.appendKey(hashIn(1, id), VALUE));
    regionOf(flash, 1)[32] = 0;
    const before = flash.image.slice();
    const again = opened(flash, HARDENED);
    expect(flash.image).to.deep.equal(before);
    expect(read(again, hashIn(1, 2))).to.equal('InvalidCheckSum');
    expect([read(again, KEY), read(again, hashIn(1, 3))]).to.deep.equal(['1,2,3,4', '1,2,3,4']);
  });

  it('says at which access the flash failed', () => {
    const kv = new TicKv(new DeferredStorage(flashFor(HARDENED)), HARDENED);
    const steps = kv.initialise(SUPER);
    steps.next();
    expect(steps.next(false).value).to.deep.equal({ ok: false, error: { kind: 'ReadFail' } });
    const flash = flashFor(HARDENED, SMALL);
    flash.arm(0);
    expect(said(new TicKv(flash, HARDENED).initialise(SUPER))).to.equal('WriteFail');
    flash.disarm();
    said(opened(flash, HARDENED).appendKey(hashIn(1, 2), VALUE));
    regionOf(flash, 1)[21] = 0;
    flash.arm(0);
    expect(said(new TicKv(flash, HARDENED).initialise(SUPER))).to.equal('WriteFail');
    expect(runAtOnce(new TicKv(flash, HARDENED).getKey(hashIn(1, 2), VALUE)).ok).to.equal(true);
  });
});
