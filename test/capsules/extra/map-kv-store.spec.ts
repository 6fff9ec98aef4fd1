// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value store on the persistent store keeps the contract of `hil.kv.Kv`, with and without permissions.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { HEADER_LENGTH, KvStorePermissions } from '#capsules/extra/kv-store-permissions';
import { MapKvStore } from '#capsules/extra/map-kv-store';
import { describeKv, type KvFixture } from '#conformance/kv';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, type Rejected, type Result } from '#kernel/result';
import { StoragePermissions } from '#kernel/storage-permissions';
import { us, ns } from '#kernel/time';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import { Testbench } from '../../support/testbench.ts';

const GEOMETRY = { wordSize: 4, pageSize: 512, numPages: 3, maxWordWrites: 2, maxPageErases: 999 };

function create(geometry = GEOMETRY): KvFixture & { kv: MapKvStore; spent: number[] } {
  const bench = new Testbench();
  const spent: number[] = [];
  const flash = new InterruptFlash(bench, geometry);
  const spend = (time: number): void => void spent.push(time);
  const kv = new MapKvStore({ flash, spend, readCost: us(11) });
  const settle = (): void => {
    while (bench.chip.hasPendingInterrupts()) bench.chip.servicePendingInterrupts();
  };
  return { kv, settle, spent };
}

/** The store with permissions as one without: everybody is the same writer, headers are added and taken off. */
class WithOwner implements hil.kv.Kv {
  private readonly owner = StoragePermissions.ofOwner(7);
  private client: hil.kv.KvClient | undefined;
  private views: { key: Uint8Array; value: Uint8Array } | undefined;

  constructor(private readonly kv: hil.kv.KvPermissions) {}

  setClient(client: hil.kv.KvClient): void {
    this.client = client;
    const ended = (name: 'setComplete' | 'addComplete' | 'updateComplete') => (result: Result) => {
      const { views } = this;
      if (views !== undefined) this.client?.[name](result, views.key, views.value);
    };
    this.kv.setClient({
      getComplete: (result, key, value, length) => {
        const target = this.views?.value ?? value;
        target.set(value.subarray(HEADER_LENGTH, HEADER_LENGTH + Math.min(length, target.length)));
        this.client?.getComplete(result, key, target, length);
      },
      setComplete: ended('setComplete'),
      addComplete: ended('addComplete'),
      updateComplete: ended('updateComplete'),
      deleteComplete: (result, key) => this.client?.deleteComplete(result, key),
      garbageCollectionComplete: (result) => this.client?.garbageCollectionComplete(result),
    });
  }

  private call(
    name: 'get' | 'set' | 'add' | 'update',
    key: Uint8Array,
    value: Uint8Array,
  ): Result<void, hil.kv.KvRejected> {
    const wide = new Uint8Array(HEADER_LENGTH + value.length);
    wide.set(value, HEADER_LENGTH);
    const started = this.kv[name](key, wide, this.owner);
    if (started.ok) this.views = { key, value };
    else expect(started.error[2]).to.equal(wide);
    return started.ok ? started : Err([started.error[0], key, value]);
  }

  get(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.call('get', key, value);
  }
  set(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.call('set', key, value);
  }
  add(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.call('add', key, value);
  }
  update(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.call('update', key, value);
  }
  delete(key: Uint8Array): Result<void, Rejected<Uint8Array>> {
    return this.kv.delete(key, this.owner);
  }
  garbageCollect(): Result {
    return this.kv.garbageCollect();
  }
}

describeKv('MapKvStore', create);
describeKv('KvStorePermissions', () => {
  const { kv, settle } = create();
  return { kv: new WithOwner(new KvStorePermissions(kv)), settle };
});

describe('MapKvStore', () => {
  it('charges the time of its reads, 11 us each', () => {
    const { kv, settle, spent } = create();
    settle();
    kv.get(Uint8Array.of(1), new Uint8Array(4));
    settle();
    const sum = spent.reduce((total, time) => total + time, 0);
    expect(kv.readCalls).to.be.greaterThan(0);
    expect(sum).to.equal(ns(kv.readCalls * us(11)));
  });

  it('shows nobody a record whose header it does not know', () => {
    const { kv, settle } = create();
    const permissions = new KvStorePermissions(kv);
    const errors: (ErrorCode | undefined)[] = [];
    const note = (result: Result): void => void errors.push(result.ok ? undefined : result.error);
    kv.setClient({
      getComplete: note,
      setComplete: note,
      addComplete: note,
      updateComplete: note,
      deleteComplete: note,
      garbageCollectionComplete: note,
    });
    kv.set(Uint8Array.of(1), Uint8Array.of(9, 9));
    settle();
    kv.setClient(permissions);
    permissions.setClient({
      getComplete: note,
      setComplete: note,
      addComplete: note,
      updateComplete: note,
      deleteComplete: note,
      garbageCollectionComplete: note,
    });
    const owner = StoragePermissions.ofOwner(7);
    permissions.get(Uint8Array.of(1), new Uint8Array(64), owner);
    settle();
    permissions.set(Uint8Array.of(1), new Uint8Array(64), owner);
    settle();
    permissions.delete(Uint8Array.of(1), owner);
    settle();
    const { NOSUPPORT } = ErrorCode;
    expect(errors).to.deep.equal([undefined, NOSUPPORT, NOSUPPORT, NOSUPPORT]);
  });
});
