// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value driver through system calls, over its permissions and its store.
 *
 * NON-TOCK: tests; the cases of group H are libtock-c's `kv_unit_tests` and `kv_permissions`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { StoragePermissions } from '#kernel/storage-permissions';
import { ms } from '#kernel/time';
import type { Code } from '../../support/raw-process.ts';
import { alone, build, bytes, Command, KV, type Hands } from './kv-support.ts';

const { NOSUPPORT, SIZE, NOMEM, INVAL, FAIL } = ErrorCode;

describe('Key-value driver', () => {
  it('H01: exists', () => {
    alone(function* ({ process }) {
      expect((yield* process.command(KV, 0))[0]).to.equal(128);
      expect(yield* process.command(KV, 7)).to.deep.include.members([0, NOSUPPORT]);
    });
  });

  it('H02: gives back what was set: 45 bytes, i mod 256', () => {
    alone(function* (hands) {
      const value = Uint8Array.from({ length: 45 }, (_, index) => index % 256);
      expect(yield* hands.set('key', value)).to.equal(0);
      expect(yield* hands.get('key')).to.deep.equal({ status: 0, length: 45, value: [...value] });
    });
  });

  it('H04: refuses a key of 200 bytes with SIZE in every operation; 64 fit, 65 do not', () => {
    alone(function* (hands) {
      for (const command of [1, 2, 3, 4, 5]) {
        expect(yield* hands.operate(command, 'k'.repeat(200))).to.equal(SIZE);
        expect(yield* hands.operate(command, 'k'.repeat(65))).to.equal(SIZE);
      }
      expect(yield* hands.set('k'.repeat(64), 'v')).to.equal(0);
      expect(yield* hands.text('k'.repeat(64))).to.equal('v');
    });
  });

  it('H05: refuses a value of 3000 bytes with SIZE', () => {
    alone(function* ({ process }) {
      yield* process.allowRo(KV, 0, process.ram(0), 3);
      yield* process.allowRo(KV, 1, process.ram(0), 3000);
      for (const command of [Command.SET, Command.ADD, Command.UPDATE]) {
        expect((yield* process.command(KV, command)).slice(0, 2)).to.deep.equal([0, SIZE]);
      }
    });
  });

  it('H06: get of an unknown key is NOSUPPORT', () => {
    alone(function* (hands) {
      yield* hands.set('known', 'v');
      expect(yield* hands.text('unknown')).to.equal(NOSUPPORT);
      expect(yield* hands.text('know')).to.equal(NOSUPPORT);
    });
  });

  it('H07: add succeeds once and is then NOSUPPORT, and the first value stays', () => {
    alone(function* (hands) {
      expect(yield* hands.operate(Command.ADD, 'key', 'one')).to.equal(0);
      expect(yield* hands.operate(Command.ADD, 'key', 'two')).to.equal(NOSUPPORT);
      expect(yield* hands.text('key')).to.equal('one');
    });
  });

  it('H09: update of a missing key is NOSUPPORT, and adds nothing', () => {
    alone(function* (hands) {
      expect(yield* hands.operate(Command.UPDATE, 'key', 'v')).to.equal(NOSUPPORT);
      expect(yield* hands.text('key')).to.equal(NOSUPPORT);
    });
  });

  it('H10: a deleted key is NOSUPPORT to get and to delete again', () => {
    alone(function* (hands) {
      yield* hands.set('key', 'v');
      expect(yield* hands.operate(Command.DELETE, 'key')).to.equal(0);
      expect(yield* hands.text('key')).to.equal(NOSUPPORT);
      expect(yield* hands.operate(Command.DELETE, 'key')).to.equal(NOSUPPORT);
    });
  });

  it('H11: add, update, set in a row: the last value wins', () => {
    alone(function* (hands) {
      yield* hands.operate(Command.ADD, 'key', 'first');
      yield* hands.operate(Command.UPDATE, 'key', 'second');
      yield* hands.set('key', 'HI');
      expect(yield* hands.get('key')).to.deep.equal({ status: 0, length: 2, value: [72, 73] });
    });
  });

  it('H12: an empty value is a value', () => {
    alone(function* (hands) {
      expect(yield* hands.set('key', '')).to.equal(0);
      expect(yield* hands.get('key')).to.deep.equal({ status: 0, length: 0, value: [] });
    });
  });

  it('H14: full is NOMEM; after deletes and garbage collection a set succeeds again', () => {
    alone(function* (hands) {
      let count = 0;
      let status = 0;
      while (status === 0) {
        status = yield* hands.set(`key ${count}`, 'v'.repeat(400));
        count++;
      }
      expect(status).to.equal(NOMEM);
      expect(count).to.be.greaterThan(5);
      for (let index = 0; index < count - 1; index++) {
        expect(yield* hands.operate(Command.DELETE, `key ${index}`)).to.equal(0);
      }
      expect(yield* hands.operate(Command.GARBAGE_COLLECT, '')).to.equal(0);
      expect(yield* hands.set('another', 'v'.repeat(503))).to.equal(0);
    });
  });

  it('H15: without a write id, set and add are INVAL', () => {
    alone(
      function* (hands) {
        expect(yield* hands.set('key', 'v')).to.equal(INVAL);
        expect(yield* hands.operate(Command.ADD, 'key', 'v')).to.equal(INVAL);
        expect(yield* hands.text('key')).to.equal(NOSUPPORT);
      },
      { storagePermissions: new StoragePermissions({ readIds: [7], modifyIds: [7] }) },
    );
  });

  it('H16: with a write id but no read list, set is fine and get NOSUPPORT', () => {
    alone(
      function* (hands) {
        expect(yield* hands.set('key', 'v')).to.equal(0);
        expect(yield* hands.text('key')).to.equal(NOSUPPORT);
      },
      { storagePermissions: new StoragePermissions({ writeId: 7 }) },
    );
  });

  it('H17: readable but not modifiable: the first set is fine, the second and a delete NOSUPPORT', () => {
    alone(
      function* (hands) {
        expect(yield* hands.set('key', 'v')).to.equal(0);
        expect(yield* hands.set('key', 'w')).to.equal(NOSUPPORT);
        expect(yield* hands.operate(Command.UPDATE, 'key', 'w')).to.equal(NOSUPPORT);
        expect(yield* hands.operate(Command.DELETE, 'key')).to.equal(NOSUPPORT);
        expect(yield* hands.text('key')).to.equal('v');
      },
      { storagePermissions: new StoragePermissions({ writeId: 7, readIds: [7] }) },
    );
  });

  it('H15: under the TRD on storage, set without a write id is NOSUPPORT', () => {
    const { bench, spawn } = build([], 'trd');
    const seen: number[] = [];
    spawn(
      function* (hands) {
        seen.push(yield* hands.set('key', 'v'), yield* hands.operate(Command.ADD, 'key', 'v'));
      },
      { storagePermissions: new StoragePermissions({ readIds: [7] }) },
    );
    bench.run();
    expect(seen).to.deep.equal([NOSUPPORT, NOSUPPORT]);
  });

  for (const [rules, reader] of [
    ['code', 8],
    ['trd', 7],
  ] as const) {
    it(`a value that another writer overwrote is ${reader === 7 ? "the first writer's" : "the last writer's"} by the ${rules}`, () => {
      const { bench, spawn } = build([], rules);
      const seen: (string | number)[] = [];
      spawn(function* (hands) {
        yield* hands.set('key', 'first');
      });
      spawn(
        function* (hands) {
          yield* hands.process.compute(ms(20));
          expect(yield* hands.set('key', 'second')).to.equal(0);
        },
        { storagePermissions: new StoragePermissions({ writeId: 8, modifyIds: [7] }) },
      );
      for (const id of [7, 8]) {
        spawn(
          function* (hands) {
            yield* hands.process.compute(ms(40));
            seen.push(yield* hands.text('key'));
          },
          { storagePermissions: new StoragePermissions({ readIds: [id] }) },
        );
      }
      bench.run();
      expect(seen).to.deep.equal(reader === 7 ? ['second', NOSUPPORT] : [NOSUPPORT, 'second']);
    });
  }

  it('H21: a value of 503 bytes fits, 504 are SIZE', () => {
    alone(function* (hands) {
      expect(yield* hands.set('key', 'v'.repeat(504))).to.equal(SIZE);
      expect(yield* hands.set('key', 'v'.repeat(503))).to.equal(0);
      expect((yield* hands.get('key')).length).to.equal(503);
    });
  });

  it('get into a short buffer: SIZE, the whole length, and as much as fits', () => {
    alone(function* (hands) {
      yield* hands.set('key', 'long value');
      const { status, length, value } = yield* hands.get('key', 4);
      expect({ status, length }).to.deep.equal({ status: SIZE, length: 10 });
      expect(value).to.deep.equal([...bytes('long')]);
    });
  });

  it('an error of the flash is FAIL, and what was stored before is there afterwards', () => {
    alone(function* (hands, { flash }) {
      yield* hands.set('key', 'v');
      flash.storage.left = 1;
      expect(yield* hands.set('other', 'w')).to.equal(FAIL);
      expect(yield* hands.text('key')).to.equal('v');
      expect(yield* hands.set('other', 'w')).to.equal(0);
      expect(yield* hands.text('other')).to.equal('w');
    });
  });

  it('what is on flash: key length, key, then version 0, length and write id, then the value', () => {
    alone(function* (hands, { flash }) {
      yield* hands.set('key', 'value');
      const record = [3, ...bytes('key'), 0, 5, 0, 0, 0, 7, 0, 0, 0, ...bytes('value')];
      const page = [...flash.storage.read(0, 0, 4096)];
      const found = page.some((_, at) => record.every((byte, index) => page[at + index] === byte));
      expect(found).to.equal(true);
    });
  });

  it('a command while one is under way is NOMEM for the same process', () => {
    const { bench, flash, spawn } = build();
    const errors: number[] = [];
    spawn(function* (hands) {
      yield* hands.set('key', 'v');
      flash.held = true;
      errors.push(
        yield* hands.give(Command.SET, 'key', 'w'),
        yield* hands.give(Command.SET, 'key', 'x'),
      );
      flash.release();
      errors.push((yield* hands.process.yieldWaitFor(KV, 0))[0]);
      expect(yield* hands.text('key')).to.equal('w');
    });
    bench.run();
    expect(errors).to.deep.equal([0, NOMEM, 0]);
  });

  it('H19: two processes at once both complete, in queue order; keys are shared, values by permission', () => {
    const { bench, flash, spawn } = build();
    const order: string[] = [];
    const body = (name: string, value: string) =>
      function* (hands: Hands): Code {
        flash.held = true;
        expect(yield* hands.give(Command.SET, name, value)).to.equal(0);
        yield* hands.process.compute(ms(1));
        flash.release();
        expect((yield* hands.process.yieldWaitFor(KV, 0))[0]).to.equal(0);
        order.push(name);
        expect(yield* hands.text(name)).to.equal(value);
        yield* hands.process.compute(ms(50));
        const other = name === 'first' ? 'second' : 'first';
        expect(yield* hands.text(other)).to.equal(NOSUPPORT);
        expect(yield* hands.set(other, 'mine')).to.equal(NOSUPPORT);
        order.push(name);
      };
    spawn(body('first', '1'));
    spawn(body('second', '2'), { storagePermissions: StoragePermissions.ofOwner(8) });
    bench.run();
    expect(order).to.deep.equal(['first', 'second', 'first', 'second']);
  });

  it('H20: a value changed between the command and the start of a queued operation: the new bytes are stored', () => {
    const { bench, flash, spawn } = build();
    let stored: string | number = '';
    spawn(function* (hands) {
      flash.held = true;
      yield* hands.give(Command.SET, 'mine', 'x');
      yield* hands.process.compute(ms(20));
      flash.release();
      yield* hands.process.yieldWaitFor(KV, 0);
    });
    spawn(function* (hands) {
      yield* hands.give(Command.SET, 'key', 'old');
      hands.process.mem.write(hands.process.ram(512), bytes('new'));
      yield* hands.process.yieldWaitFor(KV, 0);
      stored = yield* hands.text('key');
    });
    bench.run();
    expect(stored).to.equal('new');
  });

  it('a queued operation that cannot start hears of it by its upcall', () => {
    const { bench, flash, spawn } = build();
    const seen: number[] = [];
    spawn(function* (hands) {
      flash.held = true;
      yield* hands.give(Command.SET, 'mine', 'x');
      yield* hands.process.compute(ms(20));
      flash.release();
      yield* hands.process.yieldWaitFor(KV, 0);
    });
    spawn(function* (hands) {
      seen.push(yield* hands.give(Command.SET, 'k'.repeat(65), 'v'));
      seen.push((yield* hands.process.yieldWaitFor(KV, 0))[0]);
      seen.push(yield* hands.set('key', 'v'));
    });
    bench.run();
    expect(seen).to.deep.equal([0, SIZE, 0]);
  });
});
