// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What mbed's store does wrong, each defect as a client meets it, and the store without it beside.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import {
  CfstoreError,
  type FileMode,
  type Hkey,
  type KeyDescriptor,
} from '#libraries/cfstore/driver';
import { HeapCfstore } from '#libraries/cfstore/heap/heap-cfstore';
import { HARDENED, LITERAL, type HeapMode } from '#libraries/cfstore/heap/mode';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce as run } from '#libraries/store/run-at-once';

const ANY: KeyDescriptor = { acl: 0, mode: {} };
const READ: FileMode = { read: true };

class Bench {
  readonly flash = new BufferStorage({
    wordSize: 4,
    pageSize: 64,
    numPages: 8,
    maxWordWrites: 1,
    maxPageErases: 100,
  });
  store: HeapCfstore;

  constructor(private readonly mode: HeapMode) {
    this.store = new HeapCfstore(this.flash, mode);
    this.boot();
  }

  boot(): void {
    this.store = new HeapCfstore(this.flash, this.mode);
    expect(run(this.store.initialize())).to.equal(0);
  }

  put(name: string, ...value: readonly number[]): void {
    const hkey = run(this.store.create(name, value.length, ANY));
    expect(run(this.store.write(hkey, Uint8Array.from(value)))).to.equal(value.length);
    run(this.store.close(hkey));
  }

  remove(name: string): void {
    const hkey = run(this.store.open(name, READ));
    expect(run(this.store.delete(hkey))).to.equal(0);
    expect(run(this.store.close(hkey))).to.equal(0);
  }

  get names(): string[] {
    const names: string[] = [];
    let hkey: Hkey = run(this.store.find('*'));
    for (; hkey > 0; hkey = run(this.store.find('*', hkey))) {
      names.push(String(run(this.store.keyName(hkey))));
    }
    return names;
  }
}

/** Both stores, after what was done to each. */
function both<T>(act: (bench: Bench) => T): { literal: T; hardened: T } {
  return { literal: act(new Bench(LITERAL)), hardened: act(new Bench(HARDENED)) };
}

describe("libraries/cfstore/heap, as mbed's code has it", () => {
  it('the deletion of the last key does not reach flash: configuration-store #17 (CF-22)', () => {
    const names = both((bench) => {
      bench.put('a', 1);
      run(bench.store.flush());
      bench.remove('a');
      expect(run(bench.store.flush())).to.equal(0);
      bench.boot();
      return bench.names;
    });
    expect(names).to.deep.equal({ literal: ['a'], hardened: [] });
  });

  it('a flush says that it succeeded when the flash failed: mbed-os #3167', () => {
    const outcomes = both((bench) => {
      bench.put('a', 1);
      bench.flash.arm(0);
      const flushed = run(bench.store.flush());
      bench.flash.corrupt(() => false);
      bench.boot();
      return [flushed, ...bench.names];
    });
    expect(outcomes.literal).to.deep.equal([0]);
    expect(outcomes.hardened).to.deep.equal([CfstoreError.JOURNAL_FAILED]);
  });

  it('a second write of a value goes on over the key behind it', () => {
    const values = both((bench) => {
      const hkey = run(bench.store.create('a', 4, ANY));
      bench.put('b', 1, 2, 3, 4, 5, 6);
      run(bench.store.write(hkey, Uint8Array.of(9, 9, 9, 9)));
      const second = run(bench.store.write(hkey, Uint8Array.of(0, 0, 0, 0)));
      run(bench.store.close(hkey));
      return [second, ...bench.names];
    });
    // The four bytes fall on the length of the value of `b`.
    expect(values.literal).to.deep.equal([4, 'a', 'b']);
    expect(values.hardened).to.deep.equal([0, 'a', 'b']);
    const lengths = both((bench) => {
      const hkey = run(bench.store.create('a', 4, ANY));
      bench.put('b', 1, 2, 3, 4, 5, 6);
      run(bench.store.write(hkey, Uint8Array.of(9, 9, 9, 9)));
      run(bench.store.write(hkey, Uint8Array.of(2, 0, 0, 0)));
      run(bench.store.close(hkey));
      return run(bench.store.valueLength(run(bench.store.open('b', READ))));
    });
    expect(lengths).to.deep.equal({ literal: 2, hardened: 6 });
  });

  it('a key that was open at a flush is never freed again, as its count of handles is in flash', () => {
    const heaps = both((bench) => {
      bench.put('a', 1, 2, 3, 4);
      run(bench.store.open('a', READ));
      run(bench.store.flush());
      bench.boot();
      if (bench.names.length === 0) bench.put('a', 1, 2, 3, 4);
      bench.remove('a');
      return [bench.names.length, bench.store.ram().heap];
    });
    expect(heaps.literal, 'hidden, and still there').to.deep.equal([0, 16]);
    expect(heaps.hardened).to.deep.equal([0, 0]);
  });

  it('a name under deletion can be created again, so that it is there twice', () => {
    const seen = both((bench) => {
      bench.put('a', 1);
      const hkey = run(bench.store.open('a', READ));
      run(bench.store.delete(hkey));
      const opened = run(bench.store.open('a', READ));
      const created = run(bench.store.create('a', 1, ANY));
      return [opened, Math.sign(created), bench.store.ram().heap];
    });
    expect(seen.literal).to.deep.equal([CfstoreError.KEY_NOT_FOUND, 1, 20]);
    expect(seen.hardened).to.deep.equal([CfstoreError.PREEXISTING_KEY_DELETED, -1, 12]);
  });

  it('a key that is given the length it has is a success without a handle', () => {
    const hkeys = both((bench) => {
      bench.put('a', 1);
      return Math.sign(run(bench.store.create('a', 1)));
    });
    expect(hkeys).to.deep.equal({ literal: 0, hardened: 1 });
  });

  it('a store too large for a slot is noticed at the flush', () => {
    const outcomes = both((bench) => {
      const created = run(bench.store.create('a', 88, ANY));
      if (created > 0) run(bench.store.close(created));
      return [Math.sign(created), run(bench.store.flush())];
    });
    // 8 + 1 + 88 bytes are one more than a slot of two pages has room for.
    expect(outcomes.literal).to.deep.equal([1, CfstoreError.JOURNAL_FAILED]);
    expect(outcomes.hardened).to.deep.equal([-1, 0]);
  });

  it('handles of a search cannot seek, and none can ask to be flushed', () => {
    const statuses = both((bench) => {
      bench.put('a', 1);
      const found = run(bench.store.find('*'));
      const sought = run(bench.store.rseek(found, 0));
      run(bench.store.close(found));
      const opened = run(bench.store.open('a', { read: true, flushOnClose: true }));
      return [sought, Math.sign(opened)];
    });
    expect(statuses.literal).to.deep.equal([CfstoreError.KEY_UNREADABLE, -1]);
    expect(statuses.hardened).to.deep.equal([0, 1]);
  });
});
