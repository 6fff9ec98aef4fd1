// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every configuration store passes, in both modes: `describeCfstore('MyStore', create)`.
 *
 * NON-TOCK: the rules are those of `kernel/hil/cfstore.ts`; mbed tests its store on boards.
 */
import { expect } from 'chai';
import { CfstoreError } from '#libraries/cfstore/driver';
import { describeCompletion, type CfstoreFixture } from './cfstore-completion.ts';
import { CfstoreTester } from './cfstore-tester.ts';

export type { CfstoreFixture } from './cfstore-completion.ts';

/** What a store does that another may not. */
export interface CfstoreSuiteOptions {
  /** By what a written value takes the place of the old one: a close; or, for all to see, each write. Default: a close. */
  readonly commits?: 'close' | 'write';
}

/** @param create makes a fresh store for each test, which works in the mode named. */
export function describeCfstore(
  name: string,
  mode: 'asynchronous' | 'synchronous',
  create: () => CfstoreFixture,
  { commits = 'close' }: CfstoreSuiteOptions = {},
): void {
  const isAsynchronous = mode === 'asynchronous';

  /** A rule of stores that commit at a close. */
  function atClose(rule: string, test: () => void): void {
    if (commits === 'close') it(rule, test);
  }

  describe(`${name} honours hil.cfstore, ${mode}`, () => {
    let one: CfstoreTester;
    let other: CfstoreTester;

    beforeEach(() => {
      const fixture = create();
      const settle = (): void => fixture.settle();
      one = new CfstoreTester(fixture.one, 'one', settle);
      other = new CfstoreTester(fixture.other, 'other', settle);
    });

    function arrive(): void {
      expect([one.initialize(), other.initialize()]).to.deep.equal([0, 0]);
    }

    describe('a client', () => {
      it('is UNINITIALISED before initialize and after uninitialize (CF-29)', () => {
        for (const call of Object.values(one.calls(1))) {
          expect(one.result(call)).to.equal(CfstoreError.UNINITIALISED);
        }
        expect(one.result((cfstore) => cfstore.uninitialize())).to.equal(
          CfstoreError.UNINITIALISED,
        );
        arrive();
        expect(one.keep('a', '1')).to.equal(0);
        expect(one.result((cfstore) => cfstore.uninitialize())).to.equal(0);
        expect(one.open('a')).to.equal(CfstoreError.UNINITIALISED);
        expect(other.text('a')).to.equal('1');
        expect(one.initialize()).to.equal(0);
        expect(one.text('a')).to.equal('1');
      });

      it('that is initialised again stays as it is, with its open keys', () => {
        arrive();
        one.keep('a', '1');
        const handle = one.open('a');
        expect(one.initialize()).to.equal(0);
        expect(one.read(handle)).to.equal('1');
      });

      atClose('leaves its open keys without a commit when it goes, and nobody else’s', () => {
        arrive();
        one.keep('a', 'old');
        one.keep('b', 'old');
        const [mine, its] = [one.open('a', { write: true }), other.open('b', { write: true })];
        one.write(mine, 'new');
        other.write(its, 'new');
        one.result((cfstore) => cfstore.uninitialize());
        expect(other.result((cfstore) => cfstore.close(its))).to.equal(0);
        expect(
          other.result((cfstore) => cfstore.flush()),
          'nothing is open',
        ).to.equal(0);
        expect([other.text('a'), other.text('b')]).to.deep.equal(['old', 'new']);
      });

      it('cannot use the handle of another', () => {
        arrive();
        one.keep('a', '1');
        const handle = one.open('a', { read: true, write: true });
        for (const [call, make] of Object.entries(other.calls(handle))) {
          if (call === 'create' || call === 'open' || call === 'flush') continue;
          expect(other.result(make), call).to.equal(CfstoreError.INVALID_HANDLE);
        }
        expect(one.read(handle)).to.equal('1');
      });
    });

    describe('a key', () => {
      beforeEach(arrive);

      it('is created, written in pieces, closed, opened and read in pieces', () => {
        const handle = one.create('com.example.a', 12);
        expect(handle).to.be.greaterThan(0);
        expect([one.write(handle, 'abcd'), one.write(handle, 'efghijkl')]).to.deep.equal([4, 8]);
        expect(one.result((cfstore) => cfstore.close(handle))).to.equal(0);
        const again = one.open('com.example.a');
        expect([one.read(again, 5), one.read(again, 50), one.read(again, 5)]).to.deep.equal([
          'abcde',
          'fghijkl',
          '',
        ]);
      });

      atClose(
        'is written and read from where seeks say; past its end they are INVALID_SEEK (CF-29)',
        () => {
          one.keep('a', 'abcdefgh');
          const handle = one.open('a', { read: true, write: true });
          expect(one.result((cfstore) => cfstore.wseek(handle, 4))).to.be.at.least(0);
          expect(one.write(handle, 'WXYZ')).to.equal(4);
          expect(one.result((cfstore) => cfstore.rseek(handle, 2))).to.be.at.least(0);
          expect(one.read(handle)).to.equal('cdWXYZ');
          for (const seek of ['rseek', 'wseek'] as const) {
            expect(one.result((cfstore) => cfstore[seek](handle, 9))).to.equal(
              CfstoreError.INVALID_SEEK,
            );
          }
        },
      );

      atClose('has for others the old value until it is closed (CF-09)', () => {
        one.keep('a', 'old!');
        const handle = one.open('a', { read: true, write: true });
        one.write(handle, 'new!');
        expect(other.text('a')).to.equal('old!');
        one.result((cfstore) => cfstore.close(handle));
        expect(other.text('a')).to.equal('new!');
      });

      atClose('keeps the old value when its writer abandons it', () => {
        one.keep('a', 'old!');
        const handle = one.open('a', { write: true });
        one.write(handle, 'new!');
        expect(one.result((cfstore) => cfstore.abandon(handle))).to.equal(0);
        expect(one.result((cfstore) => cfstore.close(handle))).to.equal(
          CfstoreError.INVALID_HANDLE,
        );
        expect(one.text('a')).to.equal('old!');
      });

      atClose('that was being created is not there when its creator abandons it', () => {
        const handle = one.create('a', 4);
        one.write(handle, 'new!');
        one.result((cfstore) => cfstore.abandon(handle));
        expect(one.open('a')).to.equal(CfstoreError.KEY_NOT_FOUND);
        expect(one.keep('a', 'more')).to.equal(0);
      });

      it('is not opened when it is missing, nor created with a name that is none (CF-29)', () => {
        expect(one.open('missing')).to.equal(CfstoreError.KEY_NOT_FOUND);
        expect(one.create('a*', 4)).to.equal(CfstoreError.INVALID_KEY_NAME);
        expect(one.result((cfstore) => cfstore.create(Uint8Array.of(0xc3, 0xa9), 4))).to.equal(
          CfstoreError.INVALID_KEY_NAME,
        );
      });

      it('that is open for reading is KEY_READ_ONLY (CF-29)', () => {
        one.keep('a', 'abcd');
        const handle = one.open('a');
        expect(one.write(handle, 'x')).to.equal(CfstoreError.KEY_READ_ONLY);
      });

      it('tells its name and its length; a buffer that is too short gets neither', () => {
        one.keep('a.b.c', 'abcd');
        const handle = one.open('a.b.c');
        const name = new Uint8Array(8);
        expect(one.result((cfstore) => cfstore.getKeyName(handle, name))).to.equal(5);
        expect(name).to.deep.equal(Uint8Array.of(97, 46, 98, 46, 99, 0, 0, 0));
        expect(one.result((cfstore) => cfstore.getKeyName(handle, new Uint8Array(4)))).to.equal(
          CfstoreError.INVALID_READ_BUFFER,
        );
        expect(one.result((cfstore) => cfstore.getValueLen(handle))).to.equal(4);
      });

      it('is deleted when its last handle is closed, and read through both until then (CF-06)', () => {
        one.keep('a', 'abcd');
        const [first, second] = [one.open('a'), other.open('a')];
        expect(one.result((cfstore) => cfstore.delete(first))).to.equal(0);
        expect([one.read(first), other.read(second)]).to.deep.equal(['abcd', 'abcd']);
        one.result((cfstore) => cfstore.close(first));
        expect(other.result((cfstore) => cfstore.rseek(second, 0))).to.be.at.least(0);
        expect(other.read(second)).to.equal('abcd');
        other.result((cfstore) => cfstore.close(second));
        expect(one.open('a')).to.equal(CfstoreError.KEY_NOT_FOUND);
      });

      it('is found by a pattern, read-only, each once; the one before is closed (CF-30)', () => {
        for (const key of ['a.b.1', 'a.b.2', 'c.d']) one.keep(key, key);
        const first = one.find('a.*');
        const names = [one.read(first)];
        expect(one.write(first, 'x')).to.equal(CfstoreError.KEY_READ_ONLY);
        expect(one.find('a.*=', first)).to.equal(CfstoreError.INVALID_KEY_NAME);
        const second = one.find('a.*', first);
        names.push(one.read(second));
        expect(names.sort()).to.deep.equal(['a.b.1', 'a.b.2']);
        expect(one.find('a.*', second)).to.equal(CfstoreError.KEY_NOT_FOUND);
        expect(one.read(second)).to.equal(CfstoreError.INVALID_HANDLE);
        expect(
          one.result((cfstore) => cfstore.flush()),
          'nothing is open',
        ).to.equal(0);
      });

      it('that is open keeps flush from its work (CF-29)', () => {
        one.keep('a', 'abcd');
        const handle = other.open('a');
        expect(one.result((cfstore) => cfstore.flush())).to.be.lessThan(0);
        other.result((cfstore) => cfstore.close(handle));
        expect(one.result((cfstore) => cfstore.flush())).to.equal(0);
        expect(one.text('a')).to.equal('abcd');
      });
    });

    it('has power, and no state without', () => {
      arrive();
      expect(one.result((cfstore) => cfstore.powerControl('full'))).to.equal(0);
      for (const state of ['low', 'off'] as const) {
        expect(one.result((cfstore) => cfstore.powerControl(state))).to.equal(
          CfstoreError.NOT_SUPPORTED,
        );
        expect(one.cfstore.getStatus()).to.deep.equal({ error: true, inProgress: false });
      }
      one.result((cfstore) => cfstore.powerControl('full'));
      expect(one.cfstore.getStatus()).to.deep.equal({ error: false, inProgress: false });
      expect(one.cfstore.getVersion().api).to.equal(0x100);
    });

    it('completes nothing in the synchronous mode, and everything in the other (CF-31)', () => {
      arrive();
      one.keep('a', 'abcd');
      one.text('a');
      expect(one.cfstore.getCapabilities().asynchronousOps).to.equal(isAsynchronous);
      // initialize; create, write, close; open, getValueLen, read, close.
      expect(one.completions).to.have.length(isAsynchronous ? 8 : 0);
    });

    if (isAsynchronous) describeCompletion(create);
  });
}
