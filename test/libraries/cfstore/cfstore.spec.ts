// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE's operations, on flash whose bytes are looked at.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Cfstore } from '#libraries/cfstore/cfstore';
import { CfstoreError } from '#libraries/cfstore/driver';
import { HARDENED, LITERAL } from '#libraries/cfstore/mode';
import {
  BLANK,
  DELETED,
  DESCRIPTOR,
  GOOD,
  RO,
  RW,
  SLOT,
  UNITS_OF_4,
  UNITS_OF_8,
  Watched,
  allOf,
  contentOf,
  counting,
  done,
  hex,
  namesOf,
  opened,
  put,
  remove,
  said,
  tlvsOf,
  valueOf,
  type Tlv,
} from './support.ts';

const [FIRST_DELTA, SECOND_DELTA] = SLOT.deltas;
const [FIRST, SECOND] = SLOT.snapshots;

describe('libraries/cfstore/cfstore', () => {
  let flash: Watched;
  let store: Cfstore;

  beforeEach(() => {
    flash = new Watched(UNITS_OF_4);
    store = opened(flash);
  });

  afterEach(() => {
    expect(flash.violation, 'a rule of flash').to.equal(undefined);
  });

  /** Snapshot with five keys, the second one of this flash. */
  function withFive(): void {
    for (let key = 1; key <= 5; key++) put(store, `KV${key}`, counting(16, key));
    done(store.flush());
    flash.events.length = 0;
  }

  const last = (slot: number): Tlv | undefined => tlvsOf(flash, slot).at(-1);

  describe('a new key', () => {
    it('is header and name in the delta until it is closed, and not to be found (CF-02)', () => {
      withFive();
      const hkey = done(store.create('KV6', 16, DESCRIPTOR));
      const reserved = tlvsOf(flash, SECOND_DELTA);
      expect(reserved.map(({ name, type }) => [name, type])).to.deep.equal([['KV6', 1]]);
      const [record] = reserved;
      expect([record?.valid, record?.code]).to.deep.equal([GOOD, BLANK]);
      expect(hex(record?.value)).to.equal('ff'.repeat(16));
      expect(said(store.open('KV6', RO))).to.equal(CfstoreError.KEY_NOT_FOUND);
      expect(namesOf(store)).to.have.length(5);
      expect(said(store.create('KV6', 4, DESCRIPTOR))).to.equal(CfstoreError.PREEXISTING_KEY);

      expect(done(store.write(hkey, counting(16, 0x60)))).to.equal(16);
      expect(last(SECOND_DELTA)?.code).to.equal(BLANK);
      done(store.close(hkey));
      expect(last(SECOND_DELTA)?.code).to.not.equal(BLANK);
      expect(last(SECOND_DELTA)?.valid).to.equal(GOOD);
      const later = opened(flash);
      expect(hex(valueOf(later, 'KV6'))).to.equal(hex(counting(16, 0x60)));
    });

    it('has a number that no other key has, also after a deletion', () => {
      put(store, 'a', counting(1));
      put(store, 'b', counting(1));
      remove(store, 'b');
      put(store, 'c', counting(1));
      expect(tlvsOf(flash, FIRST_DELTA).map(({ kvid }) => kvid)).to.deep.equal([1, 2, 3]);
      put(opened(flash), 'd', counting(1));
      expect(last(FIRST_DELTA)?.kvid).to.equal(4);
    });

    it('may be empty, or be closed before all of it is written, which then is as erased', () => {
      done(store.close(done(store.create('empty', 0, DESCRIPTOR))));
      const hkey = done(store.create('short', 6, DESCRIPTOR));
      done(store.write(hkey, counting(1)));
      done(store.close(hkey));
      expect(contentOf(opened(flash))).to.equal('empty= short=01ffffffffff');
    });
  });

  describe('a write of 13 bytes with units of 8', () => {
    for (const [mode, taken] of [
      [HARDENED, 13],
      [LITERAL, 8],
    ] as const) {
      // prettier-ignore
      it(`takes ${taken} of them, of which 8 reach flash before the close (CF-03)`, () => {
        const wide = new Watched(UNITS_OF_8);
        const own = opened(wide, { mode });
        const hkey = done(own.create('k', 16, DESCRIPTOR));
        expect(done(own.write(hkey, counting(13)))).to.equal(taken);
        expect(hex(tlvsOf(wide, FIRST_DELTA)[0]?.value)).to.equal(hex(counting(8)) + 'ff'.repeat(8));
        expect(hex(allOf(own, hkey))).to.equal(hex(counting(taken)) + 'ff'.repeat(16 - taken));
        done(own.close(hkey));
        expect(hex(valueOf(own, 'k'))).to.equal(hex(counting(taken)) + 'ff'.repeat(16 - taken));
        expect(wide.violation).to.equal(undefined);
      });
    }
  });

  describe('a deletion', () => {
    it('makes VALID of the record 00, and nothing else (CF-04)', () => {
      withFive();
      const before = tlvsOf(flash, SECOND);
      remove(store, 'KV3');
      const after = tlvsOf(flash, SECOND);
      expect(after).to.deep.equal(
        before.map((tlv) => (tlv.name === 'KV3' ? { ...tlv, valid: DELETED } : tlv)),
      );
      expect(flash.events).to.have.length(1);
      expect(namesOf(store)).to.deep.equal(['KV1', 'KV2', 'KV4', 'KV5']);
      expect(said(opened(flash).open('KV3', RO))).to.equal(CfstoreError.KEY_NOT_FOUND);
    });

    it('lets go of the room in the next flush, whose delta is closed first; the old snapshot stays (CF-05)', () => {
      withFive();
      remove(store, 'KV3');
      put(store, 'KV1', counting(4));
      flash.events.length = 0;
      const old = flash.image.slice(1024, 2048);
      done(store.flush());
      const tail = (SECOND_DELTA + 1) * 1024 - 16;
      expect(flash.events[0]).to.deep.equal({ kind: 'write', at: tail, length: 16 });
      expect(flash.events[1]?.kind).to.equal('erase');
      expect(flash.events.at(-1)).to.deep.equal({ kind: 'write', at: 1008, length: 16 });
      expect(flash.image.slice(1024, 2048)).to.deep.equal(old);
      expect(tlvsOf(flash, FIRST).map(({ name, valid }) => [name, valid])).to.deep.equal(
        ['KV2', 'KV4', 'KV5', 'KV1'].map((name) => [name, GOOD]),
      );
    });

    it('takes effect with the last of two handles; who opens meanwhile is refused (CF-06)', () => {
      put(store, 'k', counting(4));
      const [one, other] = [done(store.open('k', RO)), done(store.open('k', RO))];
      done(store.delete(one));
      const busy = CfstoreError.PREEXISTING_KEY_DELETED;
      expect([said(store.open('k', RO)), said(store.create('k', 1))]).to.deep.equal([busy, busy]);
      expect([hex(allOf(store, one)), hex(allOf(store, other))]).to.deep.equal([
        '01020304',
        '01020304',
      ]);
      done(store.close(one));
      expect(said(store.open('k', RO))).to.equal(busy);
      expect(hex(allOf(store, other))).to.equal('01020304');
      expect(last(FIRST_DELTA)?.valid).to.equal(GOOD);
      done(store.close(other));
      expect(last(FIRST_DELTA)?.valid).to.equal(DELETED);
      expect(said(store.open('k', RO))).to.equal(CfstoreError.KEY_NOT_FOUND);
    });

    it('of a key that is being written takes old and new version, but not before the last handle', () => {
      put(store, 'k', counting(4));
      const reader = done(store.open('k', RO));
      const writer = done(store.open('k', RW));
      done(store.write(writer, counting(4, 9)));
      done(store.delete(writer));
      done(store.close(writer));
      // Until then a loss of power leaves what was closed.
      const cut = opened(flash.clone());
      expect(hex(valueOf(cut, 'k'))).to.equal('090a0b0c');
      expect(hex(allOf(store, reader))).to.equal('01020304');
      done(store.close(reader));
      expect(contentOf(opened(flash))).to.equal('');
    });

    it('of the last key, and a flush, leave an empty store (CF-22)', () => {
      put(store, 'k', counting(4));
      done(store.flush());
      remove(store, 'k');
      done(store.flush());
      expect(contentOf(opened(flash))).to.equal('');
      expect(tlvsOf(flash, FIRST)).to.deep.equal([]);
    });
  });

  describe('a key that is open to be read', () => {
    it('programs nothing: not when it is opened, read, seeked or closed (CF-07)', () => {
      withFive();
      const hkey = done(store.open('KV2', RO));
      done(store.read(hkey, new Uint8Array(8)));
      done(store.rseek(hkey, 2));
      done(store.close(hkey));
      expect(flash.events).to.deep.equal([]);
    });

    it('has a position of its own for each handle (CF-08)', () => {
      put(store, 'k', counting(100));
      const [one, other] = [done(store.open('k', RO)), done(store.open('k', RO))];
      const bytes = new Uint8Array(40);
      expect(done(store.read(one, bytes))).to.equal(40);
      done(store.rseek(other, 60));
      expect(done(store.read(other, bytes))).to.equal(40);
      expect(bytes[0]).to.equal(61);
      expect(done(store.read(other, bytes)), 'at the end').to.equal(0);
      expect(done(store.read(one, bytes))).to.equal(40);
      expect(bytes[0]).to.equal(41);
      expect(done(store.read(one, bytes)), 'what is left').to.equal(20);
    });

    it('reads the version that it was opened with, whatever is committed meanwhile', () => {
      put(store, 'k', counting(4));
      const reader = done(store.open('k', RO));
      put(store, 'k', counting(2, 7));
      expect(hex(allOf(store, reader))).to.equal('01020304');
      expect(hex(valueOf(store, 'k'))).to.equal('0708');
      expect(said(store.flush())).to.equal(CfstoreError.OPERATION_PENDING);
    });
  });

  describe('a key that is open to be written', () => {
    it('has a record reserved with a larger number; others read the old value until the close (CF-09)', () => {
      withFive();
      const old = tlvsOf(flash, SECOND).find(({ name }) => name === 'KV2');
      const hkey = done(store.open('KV2', RW));
      const reserved = last(SECOND_DELTA);
      expect(reserved?.kvid).to.equal(old?.kvid);
      expect(reserved?.value.length).to.equal(16);
      expect(reserved?.sequence).to.be.greaterThan(old?.sequence ?? Infinity);
      done(store.write(hkey, counting(16, 0x40)));
      expect(hex(valueOf(store, 'KV2'))).to.equal(hex(counting(16, 2)));
      expect(hex(allOf(store, hkey))).to.equal(hex(counting(16, 0x40)));
      done(store.close(hkey));
      expect(hex(valueOf(store, 'KV2'))).to.equal(hex(counting(16, 0x40)));
    });

    it('programs value, then check, then VALID of the old one (CF-10)', () => {
      withFive();
      const old = tlvsOf(flash, SECOND).find(({ name }) => name === 'KV2');
      const hkey = done(store.open('KV2', RW));
      const record = last(SECOND_DELTA);
      flash.events.length = 0;
      done(store.write(hkey, counting(16)));
      done(store.close(hkey));
      const places = {
        value: (record?.at ?? 0) + 24,
        check: record?.codeAt ?? 0,
        old: old?.validAt ?? 0,
      };
      expect(flash.order(places)).to.equal('value check old');
    });

    it('leaves three versions in the delta when it is written thrice: the newest valid, numbers rising (CF-11)', () => {
      for (let version = 1; version <= 3; version++) put(store, 'k', counting(4, version));
      const versions = tlvsOf(flash, FIRST_DELTA);
      expect(versions.map(({ valid }) => valid)).to.deep.equal([DELETED, DELETED, GOOD]);
      const [one, two, three] = versions.map(({ sequence }) => sequence);
      expect([one, two, three]).to.deep.equal([0, 1, 2]);
      expect(hex(valueOf(opened(flash), 'k'))).to.equal('03040506');
    });

    it('stays as it is when nothing was written, and the record is given up', () => {
      put(store, 'k', counting(4));
      done(store.close(done(store.open('k', RW))));
      const records = tlvsOf(flash, FIRST_DELTA);
      expect(records.map(({ valid }) => valid)).to.deep.equal([GOOD, DELETED]);
      expect(records[1]?.code).to.equal(BLANK);
    });

    it('keeps what was not written over; another length cuts or fills up', () => {
      put(store, 'k', counting(6));
      const hkey = done(store.open('k', RW));
      done(store.write(hkey, Uint8Array.of(0xaa)));
      done(store.close(hkey));
      expect(hex(valueOf(store, 'k'))).to.equal('aa0203040506');
      done(store.close(done(store.create('k', 3))));
      expect(hex(valueOf(store, 'k'))).to.equal('aa0203');
      done(store.close(done(store.create('k', 5))));
      expect(hex(valueOf(opened(flash), 'k'))).to.equal('aa0203ffff');
    });
  });
});
