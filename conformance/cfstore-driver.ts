// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every CFSTORE passes, call by call: `describeCfstoreDriver(name, create)`.
 *
 * NON-TOCK: the laws are those of `libraries/cfstore/driver.ts`, which are mbed's, and what mbed's header says where its code does otherwise.
 */
import { expect } from 'chai';
import {
  Acl,
  CfstoreError,
  LONGEST_NAME,
  LONGEST_VALUE,
  type CfstoreDriver,
  type Hkey,
} from '#libraries/cfstore/driver';
import type { Geometry, Storage } from '#libraries/store/storage';
import { ANY, Bench, READ, pattern, type CfstoreSuiteOptions } from './cfstore-bed.ts';
import { describeDurable, describeWrites } from './cfstore-values.ts';

const GEOMETRY: Geometry = {
  wordSize: 4,
  pageSize: 512,
  numPages: 16,
  maxWordWrites: 1,
  maxPageErases: 100_000,
};

/** Adds the suite for a store. */
export function describeCfstoreDriver(
  name: string,
  create: (storage: Storage) => CfstoreDriver,
  options: CfstoreSuiteOptions,
): void {
  describe(`${name} as a CFSTORE`, () => {
    const { geometry = GEOMETRY } = options;
    let bench: Bench;

    beforeEach(() => {
      bench = new Bench(create, geometry);
      bench.boot();
    });

    afterEach(() => {
      expect(bench.flash.violation).to.equal(undefined);
    });

    describeErrors(() => bench);
    describeHandles(() => bench);
    describeWrites(() => bench, options);
    describeDurable(() => bench, options);
  });
}

// --- Errors ------------------------------------------------------------------------------------

function describeErrors(of: () => Bench): void {
  it('does nothing before it is initialised, nor after it was uninitialised (CF-29)', () => {
    const bench = of();
    const { driver } = bench;
    expect(bench.run(driver.uninitialize())).to.equal(0);
    const calls = [
      driver.create('a', 1, ANY),
      driver.open('a', READ),
      driver.read(1, new Uint8Array(1)),
      driver.write(1, new Uint8Array(1)),
      driver.rseek(1, 0),
      driver.wseek(1, 0),
      driver.close(1),
      driver.delete(1),
      driver.find('*'),
      driver.flush(),
      driver.valueLength(1),
    ];
    for (const call of calls) expect(bench.run(call)).to.equal(CfstoreError.UNINITIALISED);
    expect(bench.run(driver.keyName(1))).to.be.lessThan(0);
  });

  it('refuses names that are none, to create, to open and to search (CF-29)', () => {
    const bench = of();
    const { driver } = bench;
    const long = 'k'.repeat(LONGEST_NAME + 1);
    expect(bench.run(driver.create('a*', 1, ANY))).to.equal(CfstoreError.INVALID_KEY_NAME);
    expect(bench.run(driver.open('a*', READ))).to.equal(CfstoreError.INVALID_KEY_NAME);
    expect(bench.run(driver.create(long, 1, ANY))).to.equal(CfstoreError.INVALID_KEY_LEN);
    expect(bench.run(driver.open('', READ))).to.equal(CfstoreError.INVALID_KEY_LEN);
    expect(bench.run(driver.find('a?'))).to.equal(CfstoreError.INVALID_KEY_NAME);
    expect(bench.run(driver.find(`${long}*`))).to.equal(CfstoreError.INVALID_KEY_LEN);
    bench.put('k'.repeat(LONGEST_NAME), pattern(4));
    expect(bench.value('k'.repeat(LONGEST_NAME))).to.deep.equal(pattern(4));
  });

  it('creates a key once, with a descriptor, and finds none that is not there (CF-29)', () => {
    const bench = of();
    const { driver } = bench;
    expect(bench.run(driver.open('a', READ))).to.equal(CfstoreError.KEY_NOT_FOUND);
    expect(bench.run(driver.create('a', 4))).to.equal(CfstoreError.INVALID_KEY_DESCRIPTOR);
    bench.put('a', pattern(4));
    const other = { acl: Acl.OWNER_READ, mode: {} };
    expect(bench.run(driver.create('a', 4, other))).to.equal(CfstoreError.PREEXISTING_KEY);
    expect(bench.run(driver.create('b', LONGEST_VALUE + 1, ANY))).to.equal(
      CfstoreError.INVALID_VALUE_SIZE,
    );
  });

  it('knows handles that were given, until they are closed (CF-29)', () => {
    const bench = of();
    const { driver } = bench;
    bench.put('a', pattern(4));
    const hkey = bench.open('a');
    bench.close(hkey);
    for (const wrong of [hkey, 0, -1, 1_000_000]) {
      expect(bench.read(wrong, 1)).to.equal(CfstoreError.INVALID_HANDLE);
      expect(bench.run(driver.close(wrong))).to.equal(CfstoreError.INVALID_HANDLE);
      expect(bench.run(driver.find('*', wrong))).to.equal(CfstoreError.INVALID_HANDLE);
    }
  });

  it('reads and writes as the handle was opened, and seeks no further than the end (CF-29)', () => {
    const bench = of();
    const { driver } = bench;
    bench.put('a', pattern(4));
    const reader = bench.open('a');
    expect(bench.run(driver.write(reader, pattern(4)))).to.equal(CfstoreError.KEY_READ_ONLY);
    expect(bench.run(driver.rseek(reader, 4))).to.be.at.least(0);
    expect(bench.read(reader, 1)).to.deep.equal(new Uint8Array(0));
    expect(bench.run(driver.rseek(reader, 5))).to.equal(CfstoreError.INVALID_SEEK);
    expect(bench.run(driver.rseek(reader, -1))).to.equal(CfstoreError.INVALID_SEEK);
    bench.close(reader);
    const writer = bench.open('a', { write: true });
    expect(bench.read(writer, 1)).to.equal(CfstoreError.KEY_UNREADABLE);
    bench.close(writer);
  });

  it('asks for the rights that the key was created with, also after a boot (CF-29)', () => {
    const bench = of();
    const { driver } = bench;
    const rights = { acl: Acl.OWNER_WRITE, mode: {} };
    bench.put('a', pattern(4), rights);
    bench.put('b', pattern(4));
    bench.flush();
    bench.boot();
    expect(bench.run(bench.driver.open('a', READ))).to.equal(CfstoreError.NO_READ_PERMISSION);
    expect(bench.names('*'), 'what may not be read is not found').to.deep.equal(['b']);
    expect(bench.run(bench.driver.open('b', { execute: true }))).to.equal(
      CfstoreError.NO_EXECUTE_PERMISSION,
    );
    const both = { acl: Acl.OWNER_WRITE | Acl.OWNER_EXECUTE, mode: {} };
    expect(bench.run(bench.driver.create('c', 1, both))).to.equal(
      CfstoreError.INVALID_KEY_DESCRIPTOR,
    );
    expect(bench.run(driver.uninitialize())).to.equal(0);
  });

  it('refuses to flush while a key is open, and flushes when it is closed (CF-29)', () => {
    const bench = of();
    bench.put('a', pattern(4));
    const hkey = bench.open('a');
    expect(bench.run(bench.driver.flush())).to.be.lessThan(0);
    bench.close(hkey);
    bench.flush();
  });
}

// --- Handles -----------------------------------------------------------------------------------

function describeHandles(of: () => Bench): void {
  it('deletes a key with the last handle on it, and opens it no more in between (CF-06)', () => {
    const bench = of();
    const { driver } = bench;
    bench.put('a', pattern(20));
    const [one, two] = [bench.open('a'), bench.open('a')];
    expect(bench.run(driver.delete(one))).to.equal(0);
    expect(bench.read(one, 20)).to.deep.equal(pattern(20));
    expect(bench.read(two, 8)).to.deep.equal(pattern(8));
    expect(bench.run(driver.open('a', READ))).to.equal(CfstoreError.PREEXISTING_KEY_DELETED);
    expect(bench.run(driver.create('a', 4, ANY))).to.equal(CfstoreError.PREEXISTING_KEY_DELETED);
    expect(bench.names('*')).to.deep.equal([]);
    bench.close(one);
    expect(bench.read(two, 12), 'still there').to.deep.equal(pattern(20).subarray(8));
    bench.close(two);
    expect(bench.value('a')).to.equal(undefined);
    bench.put('a', pattern(4, 2));
    expect(bench.value('a')).to.deep.equal(pattern(4, 2));
  });

  it('gives each reader a position of its own (CF-08)', () => {
    const bench = of();
    const value = pattern(100);
    bench.put('a', value);
    const [one, two] = [bench.open('a'), bench.open('a')];
    expect(bench.read(one, 40)).to.deep.equal(value.subarray(0, 40));
    expect(bench.run(bench.driver.rseek(two, 60))).to.be.at.least(0);
    expect(bench.read(two, 40)).to.deep.equal(value.subarray(60));
    expect(bench.read(one, 40)).to.deep.equal(value.subarray(40, 80));
    expect(bench.read(one, 40), 'as far as there is').to.deep.equal(value.subarray(80));
    bench.close(one, two);
  });

  it('finds by pattern, closes the handle before, and gives handles to read with (CF-30)', () => {
    const bench = of();
    const { driver } = bench;
    for (const name of ['a.b.1', 'c.d', 'a.b.2']) bench.put(name, pattern(4, name.length));
    const first = bench.run(driver.find('a.*'));
    const name = String(bench.run(driver.keyName(first)));
    expect(bench.run(driver.valueLength(first))).to.equal(4);
    expect(bench.read(first, 4)).to.deep.equal(pattern(4, 5));
    expect(bench.run(driver.rseek(first, 0))).to.be.at.least(0);
    expect(bench.run(driver.write(first, pattern(4)))).to.equal(CfstoreError.KEY_READ_ONLY);
    const second = bench.run(driver.find('a.*', first));
    const other = String(bench.run(driver.keyName(second)));
    expect([name, other].sort()).to.deep.equal(['a.b.1', 'a.b.2']);
    expect(bench.run(driver.find('a.*', second))).to.equal(CfstoreError.KEY_NOT_FOUND);
    // Every handle was closed: a flush is allowed.
    bench.flush();
    expect(bench.names('*.d')).to.deep.equal(['c.d']);
    expect(bench.names('x*')).to.deep.equal([]);
  });

  it('goes on with a search over a key that is deleted in it (CF-30)', () => {
    const bench = of();
    const { driver } = bench;
    for (let key = 0; key < 6; key++) bench.put(`k${key}`, pattern(key, key));
    let hkey = bench.run(driver.find('k*'));
    for (; hkey > 0; hkey = bench.run(driver.find('k*', hkey))) {
      if (bench.run(driver.valueLength(hkey)) % 2 === 0) bench.run(driver.delete(hkey));
    }
    expect(bench.names('*').sort()).to.deep.equal(['k1', 'k3', 'k5']);
    for (const key of [1, 3, 5]) expect(bench.value(`k${key}`)).to.deep.equal(pattern(key, key));
  });

  it('has places for some handles, and says when they are taken (CF-29)', () => {
    const bench = of();
    bench.put('a', pattern(4));
    const hkeys: Hkey[] = [];
    let hkey = bench.open('a');
    for (; hkey > 0 && hkeys.length < 10_000; hkey = bench.run(bench.driver.open('a', READ))) {
      hkeys.push(hkey);
    }
    expect(hkey).to.equal(CfstoreError.HANDLE_COUNT_MAX);
    expect(new Set(hkeys).size).to.equal(hkeys.length);
    bench.close(hkeys.pop() ?? 0);
    hkeys.push(bench.open('a'));
    bench.close(...hkeys);
  });

  it('programs nothing to read (CF-07)', () => {
    const bench = of();
    bench.put('a', pattern(40));
    bench.flush();
    bench.boot();
    const { writeCalls, erases } = bench.flash.counts;
    const hkey = bench.open('a');
    bench.read(hkey, 8);
    bench.run(bench.driver.rseek(hkey, 20));
    bench.read(hkey, 8);
    bench.close(hkey);
    expect(bench.names('*')).to.deep.equal(['a']);
    expect([bench.flash.counts.writeCalls, bench.flash.counts.erases]).to.deep.equal([
      writeCalls,
      erases,
    ]);
  });

  it('states its RAM in whole bytes', () => {
    for (const bytes of Object.values(of().driver.ram())) {
      expect(Number.isInteger(bytes) && bytes >= 0).to.equal(true);
    }
  });
}
