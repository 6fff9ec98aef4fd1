// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store for capsules: in both modes, and its queue step by step.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { MuxCfstore } from '#capsules/extra/cfstore';
import { KVBUFS } from '#libraries/cfstore/config';
import { AtOnceFlash } from '#capsules/extra/store-flash';
import { NvmcBlocking } from '#chips/nrf52/nvmc';
import type { CfstoreUser } from '#capsules/extra/cfstore-user';
import { describeCfstore, type CfstoreFixture } from '#conformance/cfstore';
import { bytes, CfstoreTester } from '#conformance/cfstore-tester';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import { CfstoreError, type CfstoreDriver, type RamMeter } from '#libraries/cfstore/driver';
import { HeapCfstore } from '#libraries/cfstore/heap/heap-cfstore';
import { HARDENED } from '#libraries/cfstore/heap/mode';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps, Storage } from '#libraries/store/storage';
import * as nrf52 from '../../chips/nrf52/support.ts';
import { FakeCfstore } from '../../support/fake-cfstore.ts';
import { SteppedFlash } from '../../support/stepped-flash.ts';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 4, maxWordWrites: 1, maxPageErases: 9 };

interface Built extends CfstoreFixture {
  readonly cfstore: MuxCfstore;
  readonly driver: FakeCfstore;
  readonly flash: SteppedFlash;
  readonly one: CfstoreUser;
  readonly other: CfstoreUser;
}

function asynchronous(): Built {
  const [flash, driver] = [new SteppedFlash(GEOMETRY), new FakeCfstore()];
  const cfstore = new MuxCfstore({ driver, flash, mode: 'asynchronous' });
  return {
    ...{ cfstore, driver, flash, one: cfstore.createUser(), other: cfstore.createUser() },
    settle: () => {
      flash.settle();
    },
  };
}

function synchronous(): CfstoreFixture {
  const storage = new BufferStorage(GEOMETRY);
  const flash = { storage, run: <T>(steps: Steps<T>): T => runAtOnce(steps, storage) };
  const cfstore = new MuxCfstore({ driver: new FakeCfstore(), flash, mode: 'synchronous' });
  return { one: cfstore.createUser(), other: cfstore.createUser(), settle: () => undefined };
}

describeCfstore('MuxCfstore', 'asynchronous', asynchronous);
describeCfstore('MuxCfstore', 'synchronous', synchronous);

/** What a flash of 16 pages of 512 bytes is like, in which units of 8 bytes are programmed once. */
const REAL = { wordSize: 8, pageSize: 512, numPages: 16, maxWordWrites: 1, maxPageErases: 99 };

const STORES: Readonly<Record<string, (storage: Storage) => CfstoreDriver>> = {
  Cfstore: (storage) => new Cfstore(storage, configOf(storage)),
  HeapCfstore: (storage) => new HeapCfstore(storage, HARDENED),
};

for (const [name, create] of Object.entries(STORES)) {
  const commits = name === 'HeapCfstore' ? 'write' : 'close';
  describeCfstore(
    `MuxCfstore over ${name}`,
    'asynchronous',
    () => {
      const flash = new SteppedFlash(REAL);
      const cfstore = new MuxCfstore({
        driver: create(flash.storage),
        flash,
        mode: 'asynchronous',
      });
      const settle = (): void => flash.settle();
      return { one: cfstore.createUser(), other: cfstore.createUser(), settle };
    },
    { commits },
  );
  describeCfstore(
    `MuxCfstore over ${name} and AtOnceFlash`,
    'synchronous',
    () => {
      const { chip, deferredCalls } = nrf52.power();
      const window = { firstPage: 192, pages: 8, nameOf: () => 'the store' };
      const flash = new AtOnceFlash(new NvmcBlocking(chip.nvmc, window), 99, deferredCalls);
      const cfstore = new MuxCfstore({ driver: create(flash.storage), flash, mode: 'synchronous' });
      return { one: cfstore.createUser(), other: cfstore.createUser(), settle: () => undefined };
    },
    { commits },
  );
}

describe('The RAM of MuxCfstore', () => {
  /** With so many keys of 8 bytes, none of them open. */
  function meter(name: string, keys: number): RamMeter {
    const storage = new BufferStorage({ ...REAL, numPages: 512 });
    const flash = { storage, run: <T>(steps: Steps<T>): T => runAtOnce(steps, storage) };
    const driver = STORES[name]?.(storage) ?? new FakeCfstore();
    const cfstore = new MuxCfstore({ driver, flash, mode: 'synchronous' });
    const client = new CfstoreTester(cfstore.createUser(), '', () => undefined);
    client.initialize();
    for (let key = 0; key < keys; key++) expect(client.keep(`key.${key}`, '12345678')).to.equal(0);
    expect(client.text('key.3')).to.equal('12345678');
    return cfstore.ram();
  }

  it('is at most 4096 bytes with KVBUFs and pool, for 10 keys as for 1000 (CF-32)', () => {
    const few = meter('Cfstore', 10);
    expect(meter('Cfstore', 1000)).to.deep.equal(few);
    expect(few.kvbufs).to.equal(64 * 32);
    expect(few.heap).to.equal(0);
    expect(few.kvbufs + few.handles + few.state).to.be.at.most(4096);
  }).timeout(20_000);

  it('grows with each key of the store in the heap', () => {
    expect(meter('HeapCfstore', 100).heap).to.be.greaterThan(9 * meter('HeapCfstore', 10).heap);
    expect(meter('HeapCfstore', 10).kvbufs).to.equal(64 * 32);
  });
});

describe('MuxCfstore', () => {
  let built: Built;
  let one: CfstoreTester;
  let other: CfstoreTester;

  beforeEach(() => {
    built = asynchronous();
    one = new CfstoreTester(built.one, 'one', built.settle);
    other = new CfstoreTester(built.other, 'other', built.settle);
    one.initialize();
    other.initialize();
    one.keep('a', 'abcd');
    built.driver.log.length = 0;
    one.completions.length = 0;
  });

  it('has the store initialised by the first client and put away by the last', () => {
    one.result((cfstore) => cfstore.uninitialize());
    one.initialize();
    other.result((cfstore) => cfstore.uninitialize());
    expect(built.driver.log).to.deep.equal([]);
    one.result((cfstore) => cfstore.uninitialize());
    expect(built.driver.log).to.include('uninitialize');
    one.initialize();
    expect(built.driver.log.at(-1)).to.equal('initialize');
  });

  it('begins a storage transaction when the one before has ended: the second read waits in its KVBUF (CF-31)', () => {
    const [mine, its] = [one.open('a'), other.open('a')];
    built.driver.log.length = 0;
    one.cfstore.read(mine, new Uint8Array(2));
    other.cfstore.read(its, new Uint8Array(4));
    built.settle();
    const [first, second] = [`read ${mine}`, `read ${its}`];
    expect(built.driver.log).to.deep.equal([`${first} …`, first, `${second} …`, second]);
    expect(one.completions.at(-1)).to.include({ opcode: 'read', handle: mine, status: 2 });
    expect(other.completions.at(-1)).to.include({ opcode: 'read', handle: its, status: 4 });
  });

  it('serves what waits before what a client asks for in its completion', () => {
    const order: string[] = [];
    one.heard = (): void => {
      order.push('one');
      if (order.length < 3) one.cfstore.powerControl('full');
    };
    other.heard = (): void => void order.push('other');
    one.cfstore.powerControl('full');
    other.cfstore.powerControl('full');
    built.settle();
    expect(order).to.deep.equal(['one', 'other', 'one']);
  });

  it('has 64 KVBUFs for open keys and requests together, of 32 bytes: never more (CF-32)', () => {
    const handles: number[] = [];
    for (let count = 0; count < KVBUFS.count; count++) handles.push(one.open('a'));
    expect(Math.min(...handles)).to.be.greaterThan(0);
    const name = bytes('a');
    expect(other.result((cfstore) => cfstore.open(name, {}))).to.equal(CfstoreError.OUT_OF_MEMORY);
    expect(other.result((cfstore) => cfstore.flush())).to.equal(CfstoreError.OUT_OF_MEMORY);
    expect(one.read(handles[63] ?? 0)).to.equal('abcd');
    expect(one.result((cfstore) => cfstore.close(handles[0] ?? 0))).to.equal(0);
    expect(other.open('a')).to.be.greaterThan(0);
    expect(built.cfstore.ram()).to.deep.equal({ kvbufs: 2048, handles: 2, state: 3, heap: 4 });
  });

  it('gives the KVBUF of a request that failed to the next', () => {
    for (let count = 0; count <= KVBUFS.count; count++) {
      expect(one.open('missing')).to.equal(CfstoreError.KEY_NOT_FOUND);
      const found = one.find('a*');
      expect(one.find('a*', found)).to.equal(CfstoreError.KEY_NOT_FOUND);
      const handle = one.open('a');
      one.result((cfstore) => cfstore.close(handle));
    }
  });

  it('frees the handle of a close that failed: nothing of it is left to close again', () => {
    const handle = one.open('a', { write: true });
    built.driver.opened.delete(handle);
    expect(one.result((cfstore) => cfstore.close(handle))).to.equal(CfstoreError.INVALID_HANDLE);
    built.driver.log.length = 0;
    expect(one.result((cfstore) => cfstore.close(handle))).to.equal(CfstoreError.INVALID_HANDLE);
    expect(built.driver.log).to.deep.equal([]);
  });

  it('is loaded again by initialize after the flash failed: open keys of all clients are gone', () => {
    const [mine, its] = [one.open('a', { write: true }), other.open('a')];
    built.driver.isFailing = true;
    expect(one.write(mine, 'x')).to.equal(CfstoreError.JOURNAL_FAILED);
    built.driver.log.length = 0;
    expect(other.initialize()).to.equal(0);
    expect(built.driver.log).to.deep.equal(['initialize …', 'initialize']);
    const again = other.open('a');
    expect(one.read(again), 'a handle of the same number').to.equal(CfstoreError.INVALID_HANDLE);
    other.result((cfstore) => cfstore.close(again));
    for (const [client, handle] of [
      [one, mine],
      [other, its],
    ] as const) {
      expect(client.read(handle)).to.equal(CfstoreError.INVALID_HANDLE);
      expect(client.text('a')).to.equal('abcd');
    }
    expect(one.initialize()).to.equal(0);
    expect(built.driver.log.filter((line) => line === 'initialize')).to.have.length(1);
  });

  it('touches no flash before the first client comes, and for none of its refusals', () => {
    const fresh = asynchronous();
    expect(fresh.one.flush().ok).to.equal(false);
    expect(fresh.one.initialize(one, 0).ok).to.equal(true);
    expect(fresh.one.flush().ok).to.equal(false);
    expect(fresh.flash.started).to.equal(1);
  });
});
