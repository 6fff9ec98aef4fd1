// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A CFSTORE on a flash in memory, and short words for what a client does; for the suite of `cfstore-driver.ts`.
 *
 * NON-TOCK: see there.
 */
import { expect } from 'chai';
import {
  CfstoreError,
  type CfstoreDriver,
  type FileMode,
  type Hkey,
  type KeyDescriptor,
} from '#libraries/cfstore/driver';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps, Storage } from '#libraries/store/storage';

/** In what stores may differ. */
export interface CfstoreSuiteOptions {
  /** The flash it is tried on. Default: 16 pages of 512 bytes, words programmed once. */
  readonly geometry?: Geometry;
  /** When what was written is durable. */
  readonly durableAt: 'close' | 'flush';
  /** Whether a reader sees the old value until the writer has closed the key. */
  readonly readersSeeOld: boolean;
  /** What becomes of a write that goes beyond the end of the value: as mbed has it, it is cut short there. */
  readonly longWrites: 'cut' | 'refused';
  /** Whether the write position can be moved. */
  readonly seeksWrites: boolean;
}

/** To read with. */
export const READ: FileMode = { read: true };
/** To read and write with. */
export const BOTH: FileMode = { read: true, write: true };
/** What a key has where nothing is asked for. */
export const ANY: KeyDescriptor = { acl: 0, mode: {} };

/** A store on a flash in memory, driven to the end of each call. */
export class Bench {
  readonly flash: BufferStorage;
  driver: CfstoreDriver;

  constructor(
    private readonly create: (storage: Storage) => CfstoreDriver,
    geometry: Geometry,
  ) {
    this.flash = new BufferStorage(geometry);
    this.driver = create(this.flash);
  }

  /** Power comes: another store on the same flash. */
  boot(): void {
    this.driver = this.create(this.flash);
    expect(this.run(this.driver.initialize()), 'initialize').to.equal(0);
  }

  run<T>(steps: Steps<T>): T {
    return runAtOnce(steps);
  }

  open(name: string, mode = READ): Hkey {
    const hkey = this.run(this.driver.open(name, mode));
    expect(hkey, `open ${name}`).to.be.greaterThan(0);
    return hkey;
  }

  close(...hkeys: readonly Hkey[]): void {
    for (const hkey of hkeys) {
      expect(this.run(this.driver.close(hkey)), 'close').to.be.at.least(0);
    }
  }

  /** Creates a key, or gives it another length, and writes its value. */
  put(name: string, value: Uint8Array, descriptor = ANY): void {
    const { driver } = this;
    const created = this.run(driver.create(name, value.length, descriptor));
    const isThere = created === CfstoreError.PREEXISTING_KEY;
    const hkey = isThere ? this.run(driver.create(name, value.length)) : created;
    expect(hkey, `create ${name}`).to.be.greaterThan(0);
    expect(this.run(driver.write(hkey, value)), `write ${name}`).to.equal(value.length);
    this.close(hkey);
  }

  remove(name: string): void {
    const hkey = this.open(name);
    expect(this.run(this.driver.delete(hkey)), `delete ${name}`).to.equal(0);
    this.close(hkey);
  }

  flush(): void {
    expect(this.run(this.driver.flush()), 'flush').to.be.at.least(0);
  }

  /** Up to so many bytes from the read position on. */
  read(hkey: Hkey, length: number): Uint8Array | number {
    const data = new Uint8Array(length);
    const count = this.run(this.driver.read(hkey, data));
    return count < 0 ? count : data.subarray(0, count);
  }

  /** The value of a key; undefined: there is none. */
  value(name: string): Uint8Array | undefined {
    const { driver } = this;
    const hkey = this.run(driver.open(name, READ));
    if (hkey === CfstoreError.KEY_NOT_FOUND) return undefined;
    const value = new Uint8Array(this.run(driver.valueLength(hkey)));
    expect(this.run(driver.read(hkey, value)), `read ${name}`).to.equal(value.length);
    this.close(hkey);
    return value;
  }

  /** Every name that fits, in the order of the search. */
  names(query: string): string[] {
    const { driver } = this;
    const names: string[] = [];
    let hkey = this.run(driver.find(query));
    for (; hkey > 0; hkey = this.run(driver.find(query, hkey))) {
      names.push(String(this.run(driver.keyName(hkey))));
    }
    expect(hkey, 'the end of a search').to.equal(CfstoreError.KEY_NOT_FOUND);
    return names;
  }
}

/** Bytes that tell where they stand. */
export function pattern(length: number, seed = 0): Uint8Array {
  return new Uint8Array(length).map((_, at) => at * 7 + seed * 31 + 1);
}
