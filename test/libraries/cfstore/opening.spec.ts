// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Keys of CFSTORE opened, found, and refused.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Cfstore } from '#libraries/cfstore/cfstore';
import { Acl, CfstoreError } from '#libraries/cfstore/driver';
import {
  DESCRIPTOR,
  RO,
  RW,
  UNITS_OF_4,
  Watched,
  contentOf,
  counting,
  done,
  namesOf,
  opened,
  put,
  said,
} from './support.ts';

describe('libraries/cfstore/opening', () => {
  let flash: Watched;
  let store: Cfstore;

  beforeEach(() => {
    flash = new Watched(UNITS_OF_4);
    store = opened(flash);
  });

  afterEach(() => {
    expect(flash.violation, 'a rule of flash').to.equal(undefined);
  });

  describe('what is refused', () => {
    it('has its number (CF-29)', () => {
      const E = CfstoreError;
      put(store, 'k', counting(4));
      const reader = done(store.open('k', RO));
      const other = { ...DESCRIPTOR, acl: Acl.OWNER_READ };
      const answers: readonly (readonly [answer: number, expected: number])[] = [
        [said(store.create('k', 4, other)), E.PREEXISTING_KEY],
        [said(store.open('none', RO)), E.KEY_NOT_FOUND],
        [said(store.create('a*', 4, DESCRIPTOR)), E.INVALID_KEY_NAME],
        [said(store.open('x'.repeat(221), RO)), E.INVALID_KEY_LEN],
        [said(store.create('', 4, DESCRIPTOR)), E.INVALID_KEY_LEN],
        [said(store.create('n', 4)), E.INVALID_KEY_DESCRIPTOR],
        [said(store.create('n', 4 * 512 + 1, DESCRIPTOR)), E.INVALID_VALUE_SIZE],
        [said(store.write(reader, counting(1))), E.KEY_READ_ONLY],
        [said(store.wseek(reader, 0)), E.KEY_READ_ONLY],
        [said(store.rseek(reader, 5)), E.INVALID_SEEK],
        [said(store.rseek(reader, 4)), 0],
        [said(store.flush()), E.OPERATION_PENDING],
        [said(store.read(reader + 1, counting(1))), E.INVALID_HANDLE],
        [said(store.close(0)), E.INVALID_HANDLE],
        [said(store.find('a_')), E.INVALID_KEY_NAME],
        [said(store.find('*', 9)), E.INVALID_HANDLE],
      ];
      for (const [index, [answer, expected]] of answers.entries()) {
        expect(answer, `answer ${index}`).to.equal(expected);
      }
    });

    it('is everything before Initialize and after Uninitialize (CF-29)', () => {
      done(store.uninitialize());
      const calls = [store.create('k', 1, DESCRIPTOR), store.open('k', RO), store.flush(), store.find('*'), store.close(1)]; // prettier-ignore
      for (const call of calls) expect(said(call)).to.equal(CfstoreError.UNINITIALISED);
      done(store.initialize());
      expect(said(store.open('k', RO))).to.equal(CfstoreError.KEY_NOT_FOUND);
    });

    it('is a write behind the end of the value, and writing or deleting without the right', () => {
      put(store, 'k', counting(4));
      const hkey = done(store.open('k', RW));
      expect(said(store.write(hkey, counting(5)))).to.equal(CfstoreError.INVALID_WRITE_BUFFER);
      done(store.close(hkey));
      const acl = Acl.OWNER_READ;
      done(store.close(done(store.create('mine', 0, { acl, mode: { read: true } }))));
      expect(said(store.open('mine', RW))).to.equal(CfstoreError.NO_WRITE_PERMISSION);
      expect(said(store.create('mine', 9))).to.equal(CfstoreError.NO_WRITE_PERMISSION);
      const reader = done(store.open('mine', RO));
      expect(said(store.delete(reader))).to.equal(CfstoreError.NO_WRITE_PERMISSION);
    });

    it('is one handle more than there are, and one writer more; with `strictRseek`, to seek for reading where one writes', () => {
      const small = opened(new Watched(UNITS_OF_4), { handles: 3, writers: 1, strictRseek: true });
      const writer = done(small.create('k', 4, DESCRIPTOR));
      expect(said(small.create('l', 4, DESCRIPTOR))).to.equal(CfstoreError.HANDLE_COUNT_MAX);
      expect(said(small.rseek(writer, 0))).to.equal(CfstoreError.NOT_SUPPORTED);
      done(small.close(writer));
      for (let count = 0; count < 3; count++) done(small.open('k', RO));
      expect(said(small.open('k', RO))).to.equal(CfstoreError.HANDLE_COUNT_MAX);
    });

    it('is flash that holds something else, or that fails, which must be initialised anew', () => {
      const foreign = new Watched(UNITS_OF_4);
      foreign.image.fill(0, 700, 710);
      const own = new Watched(UNITS_OF_4);
      const failing = opened(own);
      own.arm(0);
      const E = CfstoreError;
      expect(said(failing.create('k', 4, DESCRIPTOR))).to.equal(E.JOURNAL_FAILED);
      expect(failing.hasFlashFailed).to.equal(true);
      own.corrupt(() => false);
      expect(said(failing.open('k', RO))).to.equal(E.JOURNAL_FAILED);
      done(failing.initialize());
      expect(said(failing.open('k', RO))).to.equal(E.KEY_NOT_FOUND);
      expect(() => opened(foreign)).to.throw('-1023');
      expect(foreign.events).to.deep.equal([]);
    });
  });

  describe('find', () => {
    it('gives every name that fits once, closes the handle before, and gives read-only ones (CF-30)', () => {
      put(store, 'a.b.1', counting(1));
      done(store.flush());
      put(store, 'c.d', counting(1));
      put(store, 'a.b.2', counting(1));
      expect(namesOf(store, 'a.*').sort()).to.deep.equal(['a.b.1', 'a.b.2']);
      const first = done(store.find('a.*'));
      expect(said(store.write(first, counting(1)))).to.equal(CfstoreError.KEY_READ_ONLY);
      const second = done(store.find('a.*', first));
      expect(said(store.find('a.*', second))).to.equal(CfstoreError.KEY_NOT_FOUND);
      expect(said(store.close(second))).to.equal(CfstoreError.INVALID_HANDLE);
      done(store.flush());
    });

    it('skips what is being deleted, and deletes by its handles', () => {
      for (const name of ['a', 'b', 'c']) put(store, name, counting(1));
      let hkey = done(store.find('*'));
      done(store.delete(hkey));
      hkey = done(store.find('*', hkey));
      done(store.delete(hkey));
      expect(namesOf(store)).to.deep.equal(['c']);
      done(store.close(hkey));
      expect(contentOf(store)).to.equal('c=01');
    });
  });

  it('needs less than 4096 bytes of RAM, with one key as with fifty, all buffers and handles counted (CF-32)', () => {
    const before = store.ram();
    expect(before.kvbufs).to.equal(64 * 32);
    expect(before.heap).to.equal(0);
    const { kvbufs, handles, state } = before;
    expect(kvbufs + handles + state).to.be.within(2048, 4096);
    const large = opened(new Watched({ ...UNITS_OF_4, pageSize: 4096 }));
    for (let key = 0; key < 50; key++) put(large, `k${key}`, counting(30));
    done(large.open('k7', RW));
    expect(large.ram()).to.deep.equal(before);
  });
});
