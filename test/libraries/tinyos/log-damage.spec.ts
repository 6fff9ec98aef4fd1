// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's log where it ends, and where it is damaged: the last cookies, bits that decay, appends and erasures that failed.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { runAtOnce } from '#libraries/store/run-at-once';
import { hardenedEntry } from '#libraries/tinyos/log-format';
import { LITERAL } from '#libraries/tinyos/log-mode';
import { LogBench, entries, entry, said, valueOf } from './log-support.ts';

describe('libraries/tinyos/log-storage: cookies and damage', () => {
  it('hardened: cookies end with FFFFFFFE; then there is no life left until all is erased (TL-11)', () => {
    const bench = new LogBench(128, 4, { firstCookie: 0xffff_fff0 });
    expect(bench.append(...entries(0, 15))).to.equal('Ok');
    expect(bench.log.currentOffset).to.equal(0xffff_ffff);
    for (const log of [bench.log, bench.boot()]) {
      expect(said(log.append(entry(15)))).to.equal('NoLifetime');
      expect(said(log.seek(0xffff_fffe))).to.equal('Ok');
      expect(valueOf(log.readRecord())).to.deep.equal(entry(14));
      expect(bench.shown).to.deep.equal(entries(0, 15));
    }
    valueOf(bench.log.erase());
    expect(bench.append(entry(1))).to.equal('Ok');
  });

  it('literal: the cookie FFFFFFFF is given, reads as blank, and what has it is lost at a boot (TL-11)', () => {
    const bench = new LogBench(256, 4, { mode: LITERAL, firstCookie: 0xffff_fffd });
    expect(bench.append(...entries(0, 4))).to.equal('Ok');
    bench.boot();
    expect(bench.shown).to.deep.equal(entries(0, 2));
  });

  it('a flipped bit of data is reported once, and the next entry read; after a boot, too (TL-12)', () => {
    const bench = new LogBench(256, 4);
    bench.append(...entries(0, 5));
    bench.flip(2 * 24 + 8 + 3, 5);
    for (const log of [bench.log, bench.boot()]) {
      const outcomes = [0, 1, 2, 3, 4, 5].map(() => runAtOnce(log.readRecord()));
      const corrupt = { ok: false, error: 'Corrupt' };
      const found = entries(0, 5).map((value, at) => (at === 2 ? corrupt : { ok: true, value }));
      expect(outcomes).to.deep.equal([...found, { ok: true, value: undefined }]);
      expect(said(log.seek(3))).to.equal('Ok');
      expect(valueOf(log.readRecord())).to.deep.equal(entry(3));
      valueOf(log.seek(0));
      expect(valueOf(log.read(100)), 'up to the damage').to.have.length(32);
      expect([said(log.read(100)), valueOf(log.read(100)).length]).to.deep.equal(['Corrupt', 32]);
    }
    expect(bench.append(entry(5))).to.equal('Ok');
    expect(bench.shown).to.deep.equal(entries(0, 6).filter((_, at) => at !== 2));
  });

  it('an erasure takes the oldest first: a cut in it leaves the newest, in their order', () => {
    for (let calls = 0; calls < 4; calls++) {
      const bench = new LogBench(128, 4);
      bench.append(...entries(0, 28));
      const { shown } = bench;
      bench.flash.arm(calls);
      expect(said(bench.log.erase())).to.equal('StorageError');
      bench.flash.corrupt(() => false);
      bench.boot();
      expect(bench.shown).to.deep.equal(shown.slice(5 * calls));
      expect(bench.log.currentOffset).to.equal(28);
      expect(bench.append(entry(28))).to.equal('Ok');
      expect(bench.shown).to.deep.equal([...shown, entry(28)].slice(-bench.shown.length));
    }
  });

  it('after an erasure reading begins anew', () => {
    const bench = new LogBench(128, 4);
    bench.append(...entries(0, 4));
    valueOf(bench.log.read(40));
    valueOf(bench.log.erase());
    bench.append(...entries(5, 9));
    expect(valueOf(bench.log.readRecord())).to.deep.equal(entry(5));
  });

  it('literal: a length that leaves its unit is believed, and read as far as the unit goes', () => {
    const bench = new LogBench(64, 2, { mode: LITERAL });
    bench.flash.image.set([0, 0, 0, 0, 0xff, 0xff], 64);
    bench.boot();
    expect(bench.shown).to.deep.equal([new Uint8Array(58).fill(0xff)]);
    expect(bench.append(entry(1))).to.equal('Ok');
    expect(bench.unit(0)[0]).to.equal(1);
  });

  it('literal: a flipped bit of data is read as it is (TL-12)', () => {
    const bench = new LogBench(256, 4, { mode: LITERAL });
    bench.append(...entries(0, 3));
    bench.flip(22 + 6, 1);
    const [, second] = bench.shown;
    expect(second?.[0]).to.equal((entry(1)[0] ?? 0) ^ 2);
  });

  it('a decayed first entry does not cost its unit; a decayed length hides what is behind it there', () => {
    const bench = new LogBench(128, 4);
    bench.append(...entries(0, 12));
    bench.flip(128 + 10);
    bench.boot();
    expect(bench.shown).to.deep.equal(entries(0, 12).filter((_, at) => at !== 5));
    bench.flip(128 + 24 + 4, 3);
    for (const log of [bench.log, bench.boot()]) {
      expect(bench.shown).to.deep.equal([...entries(0, 5), ...entries(10, 12)]);
      expect(said(log.seek(11))).to.equal('Ok');
      expect(said(log.seek(8))).to.equal('Corrupt');
    }
    expect(bench.log.currentOffset).to.equal(12);
  });

  it('a cookie that is not the next one of its unit is damage, though the entry is whole', () => {
    const bench = new LogBench(128, 4);
    bench.append(...entries(0, 2));
    bench.flash.image.set(hardenedEntry(9, entry(1)), 24);
    bench.boot();
    expect(bench.shown).to.deep.equal(entries(0, 1));
    expect(bench.append(entry(1))).to.equal('Ok');
    expect(bench.unit(1)[0], 'the unit is closed').to.equal(1);
  });

  it('an append that failed does not go on where it was, even without a boot', () => {
    const bench = new LogBench(128, 4);
    bench.append(entry(0));
    bench.flash.arm(1);
    expect(bench.append(entry(1))).to.equal('StorageError');
    bench.flash.corrupt((index) => index % 2 === 0);
    expect(bench.append(...entries(7, 9))).to.equal('Ok');
    const all = [entry(0), ...entries(7, 9)];
    expect(bench.shown).to.deep.equal(all);
    bench.boot();
    expect(bench.shown).to.deep.equal(all);
    expect(bench.flash.violation).to.equal(undefined);
  });
});
