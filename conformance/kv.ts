// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every key-value store passes: `describeKv('MyStore', create)`.
 *
 * NON-TOCK: the rules are those of `kernel/hil/kv.ts`; Tock tests its stores on boards.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';

/** What a suite gets for each test. */
export interface KvFixture {
  readonly kv: hil.kv.Kv;
  /** Runs everything that the store still has to do. */
  settle(): void;
}

/** A callback that came. */
interface Call {
  readonly name: string;
  readonly error: ErrorCode | undefined;
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
  readonly length: number | undefined;
}

/** Notes what comes. */
class Recorder implements hil.kv.KvClient {
  readonly calls: Call[] = [];
  /** Runs once, in the next callback. */
  next: (() => void) | undefined;

  private note(
    name: string,
    result: Result,
    key?: Uint8Array,
    value?: Uint8Array,
    length?: number,
  ): void {
    this.calls.push({ name, error: result.ok ? undefined : result.error, key, value, length });
    const { next } = this;
    this.next = undefined;
    next?.();
  }
  getComplete(result: Result, key: Uint8Array, value: Uint8Array, length: number): void {
    this.note('get', result, key, value, length);
  }
  setComplete(result: Result, key: Uint8Array, value: Uint8Array): void {
    this.note('set', result, key, value);
  }
  addComplete(result: Result, key: Uint8Array, value: Uint8Array): void {
    this.note('add', result, key, value);
  }
  updateComplete(result: Result, key: Uint8Array, value: Uint8Array): void {
    this.note('update', result, key, value);
  }
  deleteComplete(result: Result, key: Uint8Array): void {
    this.note('delete', result, key);
  }
  garbageCollectionComplete(result: Result): void {
    this.note('garbage collection', result);
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const WRITES = ['set', 'add', 'update'] as const;

/** @param create makes a fresh, empty store for each test, with room for a few hundred bytes. */
export function describeKv(name: string, create: () => KvFixture): void {
  describe(`${name} honours hil.kv.Kv`, () => {
    let kv: hil.kv.Kv;
    let settle: () => void;
    let client: Recorder;

    beforeEach(() => {
      const fixture = create();
      kv = fixture.kv;
      settle = (): void => fixture.settle();
      client = new Recorder();
      kv.setClient(client);
    });

    /** Makes a call that is accepted, and gives the error of its callback. */
    function operate(
      call: 'get' | 'delete' | (typeof WRITES)[number],
      key: string,
      value = '',
    ): ErrorCode | undefined {
      const started =
        call === 'delete' ? kv.delete(bytes(key)) : kv[call](bytes(key), bytes(value));
      expect(started.ok, `${call} ${key}`).to.equal(true);
      settle();
      return client.calls.at(-1)?.error;
    }

    function read(key: string, room = 64): string | ErrorCode {
      const value = new Uint8Array(room);
      expect(kv.get(bytes(key), value)).to.deep.equal(Ok());
      settle();
      const last = client.calls.at(-1);
      if (last?.error !== undefined && last.error !== ErrorCode.SIZE) return last.error;
      return new TextDecoder().decode(value.subarray(0, last?.length));
    }

    it('never completes from within the call (TRD 3 rule 1)', () => {
      kv.set(bytes('key'), bytes('v'));
      expect(client.calls).to.be.empty;
      settle();
      kv.get(bytes('key'), new Uint8Array(4));
      kv.delete(bytes('key'));
      expect(client.calls).to.have.length(1);
    });

    it('completes each accepted call exactly once, with the very views it was given (TRD 3 rule 3)', () => {
      const [key, value, target] = [bytes('key'), bytes('value'), new Uint8Array(8)];
      for (const call of [
        () => kv.set(key, value),
        () => kv.get(key, target),
        () => kv.delete(key),
      ]) {
        expect(call().ok).to.equal(true);
        settle();
        settle();
      }
      expect(client.calls.map((call) => call.name)).to.deep.equal(['set', 'get', 'delete']);
      for (const call of client.calls) expect(call.key).to.equal(key);
      expect(client.calls[0]?.value).to.equal(value);
      expect(client.calls[1]?.value).to.equal(target);
    });

    it('is BUSY with the views back while an operation is under way (TRD 3 rule 4)', () => {
      const [key, value] = [bytes('key'), bytes('v')];
      kv.set(bytes('other'), bytes('w'));
      for (const call of ['get', ...WRITES] as const) {
        expect(kv[call](key, value)).to.deep.equal(Err([ErrorCode.BUSY, key, value]));
      }
      expect(kv.delete(key)).to.deep.equal(Err([ErrorCode.BUSY, key]));
      expect(kv.garbageCollect()).to.deep.equal(Err(ErrorCode.BUSY));
      settle();
      expect(client.calls).to.have.length(1);
    });

    it('lets the client start the next operation from within a callback', () => {
      client.next = (): void => {
        expect(kv.add(bytes('b'), bytes('2'))).to.deep.equal(Ok());
      };
      operate('set', 'a', '1');
      expect(client.calls.map((call) => call.name)).to.deep.equal(['set', 'add']);
      expect(read('b')).to.equal('2');
    });

    it('set gives a value, also to a key that had one', () => {
      expect(operate('set', 'key', 'one')).to.equal(undefined);
      expect(operate('set', 'key', 'two, longer')).to.equal(undefined);
      expect(read('key')).to.equal('two, longer');
    });

    it('add is NOSUPPORT for a key that is there, update for one that is not', () => {
      expect(operate('update', 'key', 'v')).to.equal(ErrorCode.NOSUPPORT);
      expect(read('key')).to.equal(ErrorCode.NOSUPPORT);
      expect(operate('add', 'key', 'one')).to.equal(undefined);
      expect(operate('add', 'key', 'two')).to.equal(ErrorCode.NOSUPPORT);
      expect(operate('update', 'key', 'three')).to.equal(undefined);
      expect(read('key')).to.equal('three');
    });

    it('delete makes get and delete NOSUPPORT, and leaves the other keys', () => {
      operate('set', 'a', '1');
      operate('set', 'b', '2');
      expect(operate('delete', 'a')).to.equal(undefined);
      expect(operate('get', 'a')).to.equal(ErrorCode.NOSUPPORT);
      expect(operate('delete', 'a')).to.equal(ErrorCode.NOSUPPORT);
      expect(read('b')).to.equal('2');
    });

    it('get into a short view is SIZE, with the whole length and the beginning of the value', () => {
      operate('set', 'key', 'value');
      expect(read('key', 3)).to.equal('val');
      expect(client.calls.at(-1)).to.include({ error: ErrorCode.SIZE, length: 5 });
    });

    it('is SIZE for what can never fit, at once or in the callback, and gives the views back', () => {
      const [key, value] = [bytes('key'), new Uint8Array(1 << 20)];
      operate('set', 'key', 'v');
      for (const call of ['set', 'update'] as const) {
        const before = client.calls.length;
        const refused = kv[call](key, value);
        settle();
        if (!refused.ok) expect(refused).to.deep.equal(Err([ErrorCode.SIZE, key, value]));
        else expect(client.calls[before]).to.include({ name: call, error: ErrorCode.SIZE, value });
        expect(client.calls).to.have.length(refused.ok ? before + 1 : before);
      }
      expect(read('key')).to.equal('v');
    });

    it('is NOMEM when there is no room, and keeps what it has', () => {
      let count = 0;
      while (operate('set', `key ${count}`, 'v'.repeat(100)) === undefined) count++;
      expect(client.calls.at(-1)?.error).to.equal(ErrorCode.NOMEM);
      expect(count).to.be.greaterThan(0);
      for (let index = 0; index < count; index++) {
        expect(read(`key ${index}`, 128)).to.equal('v'.repeat(100));
      }
    });

    it('collects garbage when asked, and loses nothing by it', () => {
      operate('set', 'kept', '1');
      for (let round = 0; round < 20; round++) operate('set', 'key', `${round}`);
      expect(kv.garbageCollect()).to.deep.equal(Ok());
      settle();
      expect(client.calls.at(-1)).to.include({ name: 'garbage collection', error: undefined });
      expect([read('kept'), read('key')]).to.deep.equal(['1', '19']);
    });
  });
}
