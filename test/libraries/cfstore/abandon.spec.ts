// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Handles that are given back without a commit: alone, beside others, over a loss of power.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import { CfstoreError } from '#libraries/cfstore/driver';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';

const GEOMETRY = { wordSize: 4, pageSize: 512, numPages: 8, maxWordWrites: 1, maxPageErases: 99 };
const BOTH = { read: true, write: true };
const DESCRIPTOR = { acl: 0x03, mode: BOTH };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('A handle of CFSTORE that is abandoned', () => {
  let storage: BufferStorage;
  let cfstore: Cfstore;

  const run = <T>(steps: Steps<T>): T => runAtOnce(steps, storage);

  function boot(): void {
    cfstore = new Cfstore(storage, configOf(storage));
    expect(run(cfstore.initialize())).to.equal(0);
  }

  beforeEach(() => {
    storage = new BufferStorage(GEOMETRY);
    boot();
    const handle = run(cfstore.create('a', 8, DESCRIPTOR));
    run(cfstore.write(handle, bytes('abcdefgh')));
    expect(run(cfstore.close(handle))).to.equal(0);
  });

  /** Opens the key to write, and writes at an offset. */
  function patch(offset: number, text: string): number {
    const handle = run(cfstore.open('a', BOTH));
    run(cfstore.wseek(handle, offset));
    expect(run(cfstore.write(handle, bytes(text)))).to.equal(text.length);
    return handle;
  }

  function value(name = 'a'): string | number {
    const handle = run(cfstore.open(name, { read: true }));
    if (handle < 0) return handle;
    const data = new Uint8Array(16);
    const count = run(cfstore.read(handle, data));
    run(cfstore.close(handle));
    return new TextDecoder().decode(data.subarray(0, count));
  }

  function rebooted(): string | number {
    boot();
    return value();
  }

  it('leaves the old value, now and after a loss of power, and none of it to the next writer (CF-15)', () => {
    for (const write of [(): number => patch(2, 'XY'), (): number => patch(0, 'ABCDEFGH')]) {
      expect(run(cfstore.abandon(write()))).to.equal(0);
      expect([value(), rebooted()]).to.deep.equal(['abcdefgh', 'abcdefgh']);
    }
    run(cfstore.close(patch(6, 'Z')));
    expect([value(), rebooted()]).to.deep.equal(['abcdefZh', 'abcdefZh']);
  });

  it('on a key that was new leaves none, whose name is free again', () => {
    const handle = run(cfstore.create('b', 4, DESCRIPTOR));
    run(cfstore.write(handle, bytes('1234')));
    run(cfstore.abandon(handle));
    expect(value('b')).to.equal(CfstoreError.KEY_NOT_FOUND);
    boot();
    expect(value('b')).to.equal(CfstoreError.KEY_NOT_FOUND);
    expect(run(cfstore.create('b', 4, DESCRIPTOR))).to.be.greaterThan(0);
  });

  for (const order of ['before', 'after'] as const) {
    it(`${order} another writer closes: one version of both is committed (CF-18)`, () => {
      const [dead, alive] = [patch(0, 'XX'), patch(6, 'YY')];
      if (order === 'before') run(cfstore.abandon(dead));
      expect(run(cfstore.close(alive))).to.equal(0);
      if (order === 'after') run(cfstore.abandon(dead));
      expect([value(), rebooted()]).to.deep.equal(['XXcdefYY', 'XXcdefYY']);
    });
  }

  it('by the last of two that both do it leaves the old value', () => {
    const [one, other] = [patch(0, 'XX'), patch(6, 'YY')];
    run(cfstore.abandon(one));
    run(cfstore.abandon(other));
    expect([value(), rebooted()]).to.deep.equal(['abcdefgh', 'abcdefgh']);
  });

  it('flushes nothing, whatever its mode', () => {
    const before = cfstore.journal.snapshot?.slotSequence;
    const handle = run(cfstore.open('a', { ...BOTH, flushOnClose: true }));
    run(cfstore.abandon(handle));
    expect(cfstore.journal.snapshot?.slotSequence).to.equal(before);
    const again = run(cfstore.open('a', { ...BOTH, flushOnClose: true }));
    run(cfstore.close(again));
    expect(cfstore.journal.snapshot?.slotSequence).not.to.equal(before);
  });

  it('is no handle any more, and no other', () => {
    const handle = run(cfstore.open('a', { read: true }));
    expect(run(cfstore.abandon(handle))).to.equal(0);
    expect(run(cfstore.abandon(handle))).to.equal(CfstoreError.INVALID_HANDLE);
    expect(run(cfstore.flush())).to.equal(0);
  });
});
