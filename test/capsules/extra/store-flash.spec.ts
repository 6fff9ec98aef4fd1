// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store's steps on a flash HIL: split-phase and at once, with every vector of the store.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { AtOnceFlash, SplitPhaseFlash, type StoreFlash } from '#capsules/extra/store-flash';
import { DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { payload } from '../../support/store-workload.ts';

const GEOMETRY: Geometry = {
  wordSize: 4,
  pageSize: 64,
  numPages: 5,
  maxWordWrites: 2,
  maxPageErases: 9,
};

/** A flash HIL over the store's own test storage; can be told to refuse or to fail. */
class FakeFlash implements hil.flash.ByteFlash {
  readonly pageSize = GEOMETRY.pageSize;
  readonly pages = GEOMETRY.numPages;
  readonly writeErases = false;
  readonly programUnit = 4;
  readonly programsPerUnit = 2;
  readonly cells = new BufferStorage(GEOMETRY);
  readonly calls: string[] = [];
  mood: 'works' | 'refuses' | 'fails' = 'works';
  private client: hil.flash.ByteClient | undefined;
  private completion: (() => void) | undefined;

  setClient(client: hil.flash.ByteClient): void {
    this.client = client;
  }
  readPage(_page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    return Err([ErrorCode.NOSUPPORT, buffer]);
  }
  writePage(_page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    return Err([ErrorCode.NOSUPPORT, buffer]);
  }
  erasePage(page: number): Result {
    if (this.mood === 'refuses') return Err(ErrorCode.BUSY);
    this.calls.push('erase');
    if (this.mood === 'works') this.cells.erase(page);
    return this.accept((result) => this.client?.eraseComplete(result));
  }
  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    if (this.mood === 'refuses') return Err([ErrorCode.BUSY, buffer]);
    this.calls.push('read');
    buffer.set(this.cells.image.subarray(address, address + length));
    return this.accept((result) => this.client?.bytesRead(buffer, length, result));
  }
  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    if (this.mood === 'refuses') return Err([ErrorCode.BUSY, buffer]);
    this.calls.push('write');
    const page = Math.floor(address / this.pageSize);
    if (this.mood === 'works') this.cells.write(page, address % this.pageSize, buffer, 0, length);
    return this.accept((result) => this.client?.bytesWritten(buffer, length, result));
  }

  /** Completes the operation under way; whether there was one. */
  complete(): boolean {
    const { completion } = this;
    this.completion = undefined;
    completion?.();
    return completion !== undefined;
  }

  private accept(tell: (result: Result<void, hil.flash.FlashError>) => void): Result<void, never> {
    const result: Result<void, hil.flash.FlashError> =
      this.mood === 'fails' ? Err('FlashError') : Ok();
    this.completion = () => {
      tell(result);
    };
    return Ok();
  }
}

/** The same cells behind the blocking interface. */
function blocking(flash: FakeFlash): hil.flash.BlockingFlash {
  const outcome = (): Result => (flash.mood === 'works' ? Ok() : Err(ErrorCode.FAIL));
  return {
    pageSize: flash.pageSize,
    pages: flash.pages,
    programUnit: 4,
    programsPerUnit: 2,
    readBytes: (address, buffer, length) => {
      flash.readBytes(address, buffer, length);
      return outcome();
    },
    writeBytes: (address, buffer, length) => {
      flash.writeBytes(address, buffer, length);
      return outcome();
    },
    erasePage: (page) => {
      flash.erasePage(page);
      return outcome();
    },
  };
}

function create(kind: 'split' | 'at once') {
  const deferredCalls = new DeferredCalls();
  const flash = new FakeFlash();
  const storeFlash: StoreFlash =
    kind === 'split'
      ? new SplitPhaseFlash(flash, GEOMETRY.maxPageErases, deferredCalls)
      : new AtOnceFlash(blocking(flash), GEOMETRY.maxPageErases, deferredCalls);
  const store = new Store(storeFlash.storage);
  const run = <T>(steps: Parameters<typeof storeFlash.start<T>>[0]): T => {
    const results: T[] = [];
    storeFlash.start(steps, (result) => results.push(result));
    expect(results, 'completed within start').to.deep.equal([]);
    do deferredCalls.serviceNextPending();
    while (flash.complete() || deferredCalls.hasTasks());
    expect(results).to.have.lengthOf(1);
    return results[0] as T;
  };
  return { flash, storeFlash, store, run };
}

for (const kind of ['split', 'at once'] as const) {
  describe(`StoreFlash, ${kind}`, () => {
    it('leaves the image, words and erasures that the store leaves in memory', () => {
      const { flash, store, run } = create(kind);
      const reference = new BufferStorage(GEOMETRY);
      const expected = new Store(reference);
      run(store.boot());
      runAtOnce(expected.boot());
      for (let round = 0; round < 60; round++) {
        const value = payload(round % 3, round, 1 + (round % 9));
        const here = run(store.insert(round % 3, value));
        expect(here).to.deep.equal(runAtOnce(expected.insert(round % 3, value)));
      }
      expect([...flash.cells.image]).to.deep.equal([...reference.image]);
      expect(flash.cells.counts).to.deep.equal(reference.counts);
      expect(store.reads()).to.deep.equal(expected.reads());
      expect(reference.counts.erases).to.be.greaterThan(0);
    });

    it('ends an operation with StorageError when the flash refuses or fails, and can recover', () => {
      for (const mood of ['refuses', 'fails'] as const) {
        const { flash, store, run } = create(kind);
        run(store.boot());
        flash.mood = mood;
        expect(run(store.insert(1, Uint8Array.of(1)))).to.deep.equal(Err('StorageError'));
        flash.mood = 'works';
        expect(run(store.recover()).ok).to.equal(true);
        expect(run(store.insert(1, Uint8Array.of(2))).ok).to.equal(true);
        const found = run(store.find(1));
        expect(found.ok && found.value).to.deep.equal(Uint8Array.of(2));
      }
    });

    it('tells of every step, for the time that software takes', () => {
      const { storeFlash, store, run } = create(kind);
      let steps = 0;
      storeFlash.onStep = () => steps++;
      run(store.boot());
      expect(steps).to.be.greaterThan(1);
    });
  });
}
