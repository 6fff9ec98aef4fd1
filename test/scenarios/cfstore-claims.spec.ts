// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the design of CFSTORE claims and no scenario looks at: who can forge what, which bytes wear, what a deletion leaves.
 *
 * NON-TOCK: `doc/CFSTORE_CLAIMS.md` names these tests.
 */
import { expect } from 'chai';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf, type CfstoreConfig } from '#libraries/cfstore/config';
import { Acl, CfstoreError, type KeyDescriptor } from '#libraries/cfstore/driver';
import { CRC_32, hmacSha256, type TailCode } from '#libraries/cfstore/mac';
import { HARDENED, LITERAL, type Mode } from '#libraries/cfstore/mode';
import { blocksOf, firstTable, without, type Layout } from '#libraries/cfstore/spares/slot-table';
import { crc32 } from '#libraries/crc';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';

const MODES: Readonly<Record<string, Mode>> = { hardened: HARDENED, literal: LITERAL };
const ANYBODY: KeyDescriptor = {
  acl: Acl.OWNER_READ | Acl.OWNER_WRITE,
  mode: { read: true, write: true },
};
const UNIT = 4;
const HEADER = 20;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** A store on a flash, as one boot sees it. */
class Bench {
  store: Cfstore;

  constructor(
    private readonly given: Partial<CfstoreConfig> = {},
    readonly flash = new BufferStorage({
      ...{ wordSize: UNIT, pageSize: 512, numPages: 8, maxWordWrites: 1, maxPageErases: 100_000 },
    }),
  ) {
    this.store = this.boot();
  }

  boot(): Cfstore {
    this.store = new Cfstore(this.flash, configOf(this.flash, this.given));
    expect(runAtOnce(this.store.initialize())).to.equal(0);
    return this.store;
  }

  put(name: string, value: string): number {
    const { store } = this;
    const isNew = runAtOnce(store.open(name, { read: true }));
    if (isNew > 0) runAtOnce(store.close(isNew));
    const descriptor = isNew > 0 ? undefined : ANYBODY;
    const hkey = runAtOnce(store.create(name, value.length, descriptor));
    if (hkey < 0) return hkey;
    const written = runAtOnce(store.write(hkey, bytesOf(value)));
    return Math.min(written, runAtOnce(store.close(hkey)));
  }

  /** The value, or why there is none. */
  get(name: string): string | number {
    const { store } = this;
    const hkey = runAtOnce(store.open(name, { read: true }));
    if (hkey < 0) return hkey;
    const value = new Uint8Array(runAtOnce(store.valueLength(hkey)));
    runAtOnce(store.read(hkey, value));
    runAtOnce(store.close(hkey));
    return Buffer.from(value).toString('latin1');
  }

  delete(name: string): void {
    const hkey = runAtOnce(this.store.open(name, { read: true }));
    expect(runAtOnce(this.store.delete(hkey))).to.equal(0);
    expect(runAtOnce(this.store.close(hkey))).to.equal(0);
  }

  find(text: string): number {
    return Buffer.from(this.flash.image).indexOf(text, 0, 'latin1');
  }
}

describe('CFSTORE: who can forge a record', () => {
  /** Whoever can write the flash puts another value, and a code over header, name and value, into a record. */
  function forge({ flash, find }: { flash: BufferStorage; find: number }, code: TailCode): void {
    flash.image.set(bytesOf('open'), find);
    const run = code.begin();
    run.update(flash.image.slice(find - 4 - HEADER, find + 4));
    flash.image.set(run.digest(), find + 4 + UNIT);
  }

  it('anybody, where the code is a CRC: no collision is needed', () => {
    const bench = new Bench();
    bench.put('door', 'shut');
    forge({ flash: bench.flash, find: bench.find('shut') }, CRC_32);
    bench.boot();
    expect(bench.get('door')).to.equal('open');
  });

  it('nobody without the key, where it is an HMAC: the record counts as never committed', () => {
    const bench = new Bench({ code: hmacSha256(bytesOf('kept elsewhere')) });
    bench.put('door', 'shut');
    forge({ flash: bench.flash, find: bench.find('shut') }, hmacSha256(bytesOf('a guess')));
    bench.boot();
    expect(bench.get('door')).to.equal(CfstoreError.KEY_NOT_FOUND);
  });

  it('but a whole flash that was valid once passes again, HMAC or not', () => {
    const bench = new Bench({ code: hmacSha256(bytesOf('kept elsewhere')) });
    bench.put('door', 'open');
    const before = bench.flash.image.slice();
    bench.put('door', 'shut');
    bench.flash.image.set(before);
    bench.boot();
    expect(bench.get('door')).to.equal('open');
  });
});

describe('CFSTORE: what a deletion is', () => {
  it('changes the bytes of a snapshot that is committed, so that no CRC over them can stay right', () => {
    const bench = new Bench();
    bench.put('one', 'value of one');
    bench.put('two', 'value of two');
    expect(runAtOnce(bench.store.flush())).to.equal(0);
    // Snapshots are the first two slots, of two pages each.
    const begin = bench.find('value of one') & -1024;
    expect(begin).to.be.lessThan(2048);
    const snapshot = (): number => crc32(bench.flash.image, begin, begin + 1024);
    const before = snapshot();
    bench.delete('one');
    expect(snapshot()).not.to.equal(before);
    bench.boot();
    expect([bench.get('one'), bench.get('two')]).to.deep.equal([
      CfstoreError.KEY_NOT_FOUND,
      'value of two',
    ]);
  });

  it('is taken back by a cut before the last handle is closed', () => {
    const bench = new Bench();
    bench.put('one', 'value of one');
    const hkey = runAtOnce(bench.store.open('one', { read: true }));
    expect(runAtOnce(bench.store.delete(hkey))).to.equal(0);
    bench.boot();
    expect(bench.get('one')).to.equal('value of one');
  });

  it('leaves the value readable in flash, also after a flush, until its slots are used again', () => {
    const bench = new Bench();
    bench.put('one', 'a secret');
    bench.delete('one');
    runAtOnce(bench.store.flush());
    expect(bench.find('a secret')).to.be.greaterThan(0);
    for (let count = 0; count < 100; count++) bench.put('two', `other ${count}`);
    expect(bench.find('a secret')).to.equal(-1);
  });

  for (const [name, mode] of Object.entries(MODES)) {
    const isBack = mode === LITERAL;
    const what = isBack ? 'brings the value before it back' : 'leaves nothing';
    it(`${what} when a cut fell between commit and deletion of the older version, ${name}`, () => {
      const bench = new Bench({ mode });
      bench.put('one', 'old1');
      const rehearsal = new Bench({ mode }, bench.flash.clone());
      const { writeCalls } = rehearsal.flash.counts;
      rehearsal.put('one', 'new2');
      // The last write of an update is VALID of the version before.
      bench.boot();
      bench.flash.arm(rehearsal.flash.counts.writeCalls - writeCalls - 1);
      bench.put('one', 'new2');
      bench.flash.corrupt(() => false);
      bench.boot();
      expect(bench.get('one')).to.include('new2');
      bench.delete('one');
      bench.boot();
      const left = bench.get('one');
      if (isBack) expect(left).to.include('old1');
      else expect(left).to.equal(CfstoreError.KEY_NOT_FOUND);
    });
  }
});

describe('CFSTORE: two writers of a key', () => {
  /** What is there after each wrote a half of the value, and they closed in some order. */
  function halves(mode: Mode, closing: readonly [0 | 1, 0 | 1]): string | number {
    const bench = new Bench({ mode });
    bench.put('one', 'oooooooo');
    const { store } = bench;
    const write = { read: true, write: true };
    const hkeys = [runAtOnce(store.open('one', write)), runAtOnce(store.open('one', write))];
    runAtOnce(store.write(hkeys[0] ?? 0, bytesOf('aaaa')));
    runAtOnce(store.wseek(hkeys[1] ?? 0, 4));
    runAtOnce(store.write(hkeys[1] ?? 0, bytesOf('bbbb')));
    for (const which of closing) runAtOnce(store.close(hkeys[which] ?? 0));
    return bench.get('one');
  }

  it('share a reservation, and both halves are in it, in either order', () => {
    expect(halves(HARDENED, [0, 1])).to.equal('aaaabbbb');
    expect(halves(HARDENED, [1, 0])).to.equal('aaaabbbb');
  });

  it('by the letter have one each, and a half is lost in either order', () => {
    expect(halves(LITERAL, [0, 1])).not.to.equal('aaaabbbb');
    expect(halves(LITERAL, [1, 0])).not.to.equal('aaaabbbb');
  });
});

describe('CFSTORE: patches of a session that a loss of power ended', () => {
  /** The value after a patch without a close, a boot, and a patch elsewhere with one. */
  function after(mode: Mode): string | number {
    const bench = new Bench({ mode });
    bench.put('one', 'oooooooo');
    write(bench, 0, 'lost');
    bench.boot();
    const hkey = write(bench, 4, 'kept');
    expect(runAtOnce(bench.store.close(hkey))).to.equal(0);
    return bench.get('one');
  }

  function write({ store }: Bench, at: number, text: string): number {
    const hkey = runAtOnce(store.open('one', { read: true, write: true }));
    runAtOnce(store.wseek(hkey, at));
    expect(runAtOnce(store.write(hkey, bytesOf(text)))).to.equal(text.length);
    return hkey;
  }

  it('never count again', () => {
    expect(after(HARDENED)).to.equal('ooookept');
  });

  it('by the letter are taken by the next session for its own', () => {
    expect(after(LITERAL)).to.equal('lostkept');
  });
});

describe('CFSTORE: which bytes wear', () => {
  it('all pages of a slot alike, wherever its records stand', () => {
    const bench = new Bench();
    for (let count = 0; count < 2000; count++) {
      expect(bench.put(`key${count % 3}`, `value ${count}`)).to.be.greaterThan(-1);
    }
    const { pageErases } = bench.flash;
    for (const page of [0, 2, 4, 6]) {
      expect(pageErases[page], `slot at page ${page}`).to.equal(pageErases[page + 1]);
    }
    expect(Math.max(...pageErases) - Math.min(...pageErases)).to.be.at.most(1);
    expect(Math.min(...pageErases)).to.be.greaterThan(20);
  });

  for (const wordSize of [4, 8]) {
    it(`programs no unit of ${wordSize} twice between erasures: updates, patches, deletions, boots (CF-34)`, () => {
      const limits = { maxWordWrites: 1, maxPageErases: 100_000 };
      const flash = new BufferStorage({ wordSize, pageSize: 512, numPages: 8, ...limits });
      const bench = new Bench({}, flash);
      for (let count = 0; count < 400; count++) {
        expect(bench.put(`key${count % 5}`, `value ${count}`)).to.be.greaterThan(-1);
        if (count % 7 === 0) patch(bench, `key${count % 5}`, count % 6);
        if (count % 11 === 0) bench.delete(`key${count % 5}`);
        if (count % 50 === 0) bench.boot();
      }
      expect(flash.counts.erases).to.be.greaterThan(50);
      expect(flash.violation).to.equal(undefined);
    });
  }

  function patch({ store }: Bench, name: string, at: number): void {
    const hkey = runAtOnce(store.open(name, { read: true, write: true }));
    runAtOnce(store.wseek(hkey, at));
    // A delta that is nearly full refuses a patch.
    expect(runAtOnce(store.write(hkey, bytesOf('x')))).to.be.oneOf([1, CfstoreError.OUT_OF_MEMORY]);
    expect(runAtOnce(store.close(hkey))).to.equal(0);
  }
});

describe('CFSTORE: what a bad sector leaves of its block', () => {
  const layout: Layout = {
    meta: [0],
    slots: [
      {
        kind: 'snapshot',
        blocks: [
          { firstPage: 1, pages: 4 },
          { firstPage: 8, pages: 1 },
        ],
      },
    ],
    pool: [],
  };
  const left = (sector: number): number =>
    blocksOf(without(firstTable(layout), sector).slots[0] ?? []).length;

  it('two blocks, but one of a block at whose edge it is, and none of a block of one sector', () => {
    expect([left(2), left(1), left(4), left(8)]).to.deep.equal([3, 2, 2, 1]);
  });
});
