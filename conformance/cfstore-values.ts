// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a CFSTORE keeps, and from when on; part of `describeCfstoreDriver`.
 *
 * NON-TOCK: see cfstore-driver.ts.
 */
import { expect } from 'chai';
import { CfstoreError } from '#libraries/cfstore/driver';
import { ANY, BOTH, pattern, type Bench, type CfstoreSuiteOptions } from './cfstore-bed.ts';
import { chance, randomBytes } from './store-bed.ts';

/** Changes of the random workload. */
const CHANGES = 300;

// --- Writes ------------------------------------------------------------------------------------

/** Adds the part on writes. */
export function describeWrites(
  of: () => Bench,
  { readersSeeOld, longWrites, seeksWrites }: CfstoreSuiteOptions,
): void {
  it('goes on where the last write ended, and takes no more than the value has room for', () => {
    const bench = of();
    const { driver } = bench;
    const hkey = bench.run(driver.create('a', 24, ANY));
    bench.put('b', pattern(8, 3));
    expect(bench.run(driver.write(hkey, pattern(8)))).to.equal(8);
    expect(bench.run(driver.write(hkey, pattern(24).subarray(8)))).to.equal(16);
    const beyond = bench.run(driver.write(hkey, pattern(8)));
    expect(beyond).to.equal(longWrites === 'cut' ? 0 : CfstoreError.INVALID_WRITE_BUFFER);
    bench.close(hkey);
    expect(bench.value('a')).to.deep.equal(pattern(24));
    expect(bench.value('b'), 'the key behind it').to.deep.equal(pattern(8, 3));
  });

  it('keeps no bytes of its client: what was handed in may be changed', () => {
    const bench = of();
    const mine = pattern(12);
    bench.put('a', mine);
    mine.fill(0);
    expect(bench.value('a')).to.deep.equal(pattern(12));
  });

  it('gives a key another length when it is created again without a descriptor', () => {
    const bench = of();
    bench.put('a', pattern(12));
    bench.put('b', pattern(8, 2));
    for (const length of [40, 4, 4, 0]) {
      bench.put('a', pattern(length, length));
      expect(bench.value('a')).to.deep.equal(pattern(length, length));
      expect(bench.value('b')).to.deep.equal(pattern(8, 2));
    }
    expect(bench.names('*').sort()).to.deep.equal(['a', 'b']);
  });

  it(`shows a reader the ${readersSeeOld ? 'old' : 'new'} value while a writer has the key open (CF-09)`, () => {
    const bench = of();
    bench.put('a', pattern(16));
    bench.flush();
    const writer = bench.open('a', BOTH);
    bench.run(bench.driver.write(writer, pattern(16, 5)));
    expect(bench.value('a')).to.deep.equal(readersSeeOld ? pattern(16) : pattern(16, 5));
    bench.close(writer);
    expect(bench.value('a')).to.deep.equal(pattern(16, 5));
  });

  it(`${seeksWrites ? 'writes' : 'refuses to write'} at places of a value`, () => {
    const bench = of();
    const { driver } = bench;
    bench.put('a', pattern(64));
    const hkey = bench.open('a', BOTH);
    const sought = bench.run(driver.wseek(hkey, 20));
    if (!seeksWrites) {
      expect(sought).to.equal(CfstoreError.NOT_SUPPORTED);
      bench.close(hkey);
      return;
    }
    expect(sought).to.be.at.least(0);
    expect(bench.run(driver.wseek(hkey, 65))).to.equal(CfstoreError.INVALID_SEEK);
    expect(bench.run(driver.write(hkey, pattern(8, 9)))).to.equal(8);
    const expected = pattern(64);
    expected.set(pattern(8, 9), 20);
    expect(bench.read(hkey, 64), 'by the writer').to.deep.equal(expected);
    bench.close(hkey);
    expect(bench.value('a')).to.deep.equal(expected);
  });
}

// --- What lasts --------------------------------------------------------------------------------

/** Adds the part on what lasts. */
export function describeDurable(of: () => Bench, { durableAt }: CfstoreSuiteOptions): void {
  it('keeps over a boot what was flushed', () => {
    const bench = of();
    bench.put('a', pattern(13));
    bench.put('b', pattern(0));
    bench.flush();
    bench.boot();
    expect(bench.value('a')).to.deep.equal(pattern(13));
    expect(bench.value('b')).to.deep.equal(pattern(0));
    expect(bench.names('*').sort()).to.deep.equal(['a', 'b']);
  });

  it(`makes durable at a ${durableAt} what was written and deleted`, () => {
    const bench = of();
    bench.put('a', pattern(13));
    bench.put('b', pattern(5));
    bench.flush();
    bench.put('a', pattern(13, 4));
    bench.remove('b');
    bench.boot();
    const isDurable = durableAt === 'close';
    expect(bench.value('a')).to.deep.equal(isDurable ? pattern(13, 4) : pattern(13));
    expect(bench.value('b')).to.deep.equal(isDurable ? undefined : pattern(5));
  });

  it('flushes when a handle is closed that asks for it', () => {
    const bench = of();
    const mode = { write: true, flushOnClose: true };
    const hkey = bench.run(bench.driver.create('a', 8, { acl: 0, mode }));
    bench.run(bench.driver.write(hkey, pattern(8)));
    bench.close(hkey);
    bench.boot();
    expect(bench.value('a')).to.deep.equal(pattern(8));
  });

  it('is empty after the last key was deleted and flushed (CF-22)', () => {
    const bench = of();
    bench.put('a', pattern(13));
    bench.flush();
    bench.remove('a');
    bench.flush();
    bench.boot();
    expect(bench.names('*')).to.deep.equal([]);
    expect(bench.value('a')).to.equal(undefined);
  });

  it('does as a map does, change by change, with flushes and boots', () => {
    const bench = of();
    const random = chance(9);
    const model = new Map<string, Uint8Array>();
    for (let count = 0; count < CHANGES; count++) {
      const name = `key.${random.below(12)}`;
      if (random.below(4) === 0 && model.has(name)) {
        bench.remove(name);
        model.delete(name);
      } else {
        const value = randomBytes(random, random.below(40));
        bench.put(name, value);
        model.set(name, value);
      }
      if (random.below(4) === 0) bench.flush();
      if (random.below(16) === 0) {
        bench.flush();
        bench.boot();
      }
      expect(bench.names('*').sort(), `change ${count}`).to.deep.equal([...model.keys()].sort());
      for (const [key, value] of model) expect(bench.value(key)).to.deep.equal(value);
    }
  });
}
