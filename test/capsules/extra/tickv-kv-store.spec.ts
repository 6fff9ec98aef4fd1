// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value store on TicKV keeps the contract of `hil.kv.Kv`, on words and on whole pages, in both modes.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { PageWriteFlash } from '#capsules/extra/store-flash-pages';
import { TicKvKvStore } from '#capsules/extra/tickv-kv-store';
import { describeKv, type KvFixture } from '#conformance/kv';
import { ErrorCode } from '#kernel/errorcode';
import type { Result } from '#kernel/result';
import { sipHash } from '#libraries/sip-hash';
import { HARDENED, LITERAL, type Mode } from '#libraries/tickv/mode';
import { homeOf } from '#libraries/tickv/region';
import { FakeFlash } from '../../support/fake-flash.ts';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import { Testbench } from '../../support/testbench.ts';

const SHAPE = { pageSize: 512, pages: 4 };

/** Runs interrupts, deferred calls and the flash until nothing is left to do. */
function settler({ chip, kernel }: Testbench, flash?: FakeFlash): () => void {
  const { deferredCalls } = kernel;
  const goesOn = (): boolean => {
    if (chip.hasPendingInterrupts()) chip.servicePendingInterrupts();
    else if (deferredCalls.hasTasks()) deferredCalls.serviceNextPending();
    else return flash?.complete() === true;
    return true;
  };
  return () => {
    while (goesOn());
  };
}

function onWords(mode: Mode): KvFixture & { flash: InterruptFlash } {
  const bench = new Testbench();
  const { pageSize, pages: numPages } = SHAPE;
  const geometry = { wordSize: 4, pageSize, numPages, maxWordWrites: 3, maxPageErases: 999 };
  const flash = new InterruptFlash(bench, geometry);
  return { kv: new TicKvKvStore(flash, mode), settle: settler(bench), flash };
}

function onPages(mode: Mode, writeErases: boolean): KvFixture & { flash: FakeFlash } {
  const bench = new Testbench();
  const flash = new FakeFlash({ ...SHAPE, writeErases });
  const pages = new PageWriteFlash(flash, 999, bench.kernel.deferredCalls);
  return { kv: new TicKvKvStore(pages, mode), settle: settler(bench, flash), flash };
}

describeKv('TicKvKvStore on words', () => onWords(HARDENED));
describeKv('TicKvKvStore on pages whose writes erase', () => onPages(HARDENED, true));
describeKv('TicKvKvStore on pages whose writes do not', () => onPages(HARDENED, false));

/** Calls a store and notes how it ends. */
function client({
  kv,
  settle,
}: KvFixture): (
  call: 'set' | 'add' | 'update',
  key: string,
  value: Uint8Array,
) => ErrorCode | undefined {
  let ended: ErrorCode | undefined;
  const note = (result: Result): void => {
    ended = result.ok ? undefined : result.error;
  };
  kv.setClient({
    getComplete: note,
    setComplete: note,
    addComplete: note,
    updateComplete: note,
    deleteComplete: note,
    garbageCollectionComplete: note,
  });
  return (call, key, value) => {
    expect(kv[call](new TextEncoder().encode(key), value).ok).to.equal(true);
    settle();
    return ended;
  };
}

describe('TicKvKvStore', () => {
  it('literal: the key-value driver’s operations on upstream’s TicKV', () => {
    const call = client(onPages(LITERAL, true));
    expect(call('update', 'a', Uint8Array.of(1))).to.equal(ErrorCode.NOSUPPORT);
    expect(call('add', 'a', Uint8Array.of(1))).to.equal(undefined);
    expect(call('add', 'a', Uint8Array.of(1))).to.equal(ErrorCode.NOSUPPORT);
    expect(call('set', 'a', Uint8Array.of(2))).to.equal(undefined);
    expect(call('update', 'a', Uint8Array.of(3))).to.equal(undefined);
  });

  it('literal: 1 to 3 bytes too few for a checksum panic the kernel at the next call (TK-13)', () => {
    const call = client(onWords(LITERAL));
    // Ten objects of 48 bytes leave 32 of 512; 34 are wanted. The super key is in another region.
    const home = (key: string): number => homeOf(sipHash(new TextEncoder().encode(key)), 4);
    const key = ['a', 'b', 'c'].find((each) => home(each) !== home('tickv-super-key')) ?? '';
    for (let nth = 0; nth < 10; nth++) {
      expect(call('set', key, new Uint8Array(33))).to.equal(undefined);
    }
    expect(call('set', key, new Uint8Array(19))).to.equal(ErrorCode.SIZE);
    expect(() => call('add', 'next', new Uint8Array(1))).to.throw(/lost its region buffer/);
  });

  it('opens with its first operation, and again after the flash failed', () => {
    const fixture = onWords(HARDENED);
    const call = client(fixture);
    fixture.settle();
    expect(fixture.flash.storage.counts.writeCalls).to.equal(0);
    expect(call('set', 'a', Uint8Array.of(1))).to.equal(undefined);
    fixture.flash.storage.left = 1;
    expect(call('set', 'a', Uint8Array.of(2))).to.equal(ErrorCode.FAIL);
    expect(call('set', 'a', Uint8Array.of(3))).to.equal(undefined);
    expect(call('update', 'a', Uint8Array.of(4))).to.equal(undefined);
  });

  it('a value that rotted is FAIL', () => {
    const fixture = onWords(HARDENED);
    const call = client(fixture);
    expect(call('set', 'a', Uint8Array.of(0xa5, 0xa5))).to.equal(undefined);
    const { image } = fixture.flash.storage;
    image[image.indexOf(0xa5)] = 0xa4;
    const errors: unknown[] = [];
    const ignored = (): void => undefined;
    fixture.kv.setClient({
      getComplete: (result) => errors.push(result.ok ? 'ok' : result.error),
      setComplete: ignored,
      addComplete: ignored,
      updateComplete: ignored,
      deleteComplete: ignored,
      garbageCollectionComplete: ignored,
    });
    fixture.kv.get(new TextEncoder().encode('a'), new Uint8Array(4));
    fixture.settle();
    expect(errors).to.deep.equal([ErrorCode.FAIL]);
  });
});
