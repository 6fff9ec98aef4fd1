// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every ConfigStorage passes: `describeConfigStorage('MyStorage', create)`.
 *
 * NON-TOCK: the rules are those of `kernel/hil/config-storage.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { EventRecorder } from './event-recorder.ts';
import { NONSENSE, pattern } from './flash-recorder.ts';

/** What a suite gets for each test: an empty storage with room for ten values of 16 bytes and one of 255, at least. */
export interface ConfigStorageFixture {
  readonly storage: hil.configStorage.ConfigStorage;
  /** Runs everything that the storage still has to do. */
  settle(): void;
  /** The power goes and comes: a new storage on the same flash. */
  reboot(): hil.configStorage.ConfigStorage;
}

type Client = hil.configStorage.ConfigStorageClient;

const EVENTS = ['inserted', 'retrieved', 'removed', 'nextKey', 'totalKeys'] as const;
const NO_KEY = 0xffff_ffff;
const LONGEST = 255;
/** Words that are no key, also the one that means so. */
const NO_KEYS = [NO_KEY, ...NONSENSE];

/** @param create makes a fresh, empty storage for each test. */
export function describeConfigStorage(name: string, create: () => ConfigStorageFixture): void {
  describe(`${name} honours hil.configStorage`, () => {
    let fixture: ConfigStorageFixture;
    let storage: hil.configStorage.ConfigStorage;
    let user: EventRecorder<Client>;
    let settle: () => void;

    beforeEach(() => {
      fixture = create();
      settle = (): void => fixture.settle();
      meet(fixture.storage);
    });

    function meet(other: hil.configStorage.ConfigStorage): void {
      storage = other;
      user = new EventRecorder<Client>(EVENTS, settle);
      storage.setClient(user.client);
    }

    function insert(key: number, value: Uint8Array): ErrorCode | undefined {
      return user.end(storage.insert(key, value, value.length));
    }

    /** The value of a key, or why there is none. */
    function retrieve(key: number, room = LONGEST): Uint8Array | ErrorCode {
      const holder = new Uint8Array(room);
      const error = user.end(storage.retrieve(key, holder, room));
      return error ?? holder.slice(0, user.args[2] as number);
    }

    function remove(key: number): ErrorCode | undefined {
      return user.end(storage.remove(key));
    }

    function total(): unknown {
      expect(user.end(storage.getTotalKeys())).to.equal(undefined);
      return user.args[0];
    }

    /** Every key, as a walk comes to them; it ends with FAIL and no key. */
    function walk(): number[] {
      const keys: number[] = [];
      let error = user.end(storage.getFirstKey());
      while (error === undefined && keys.length < 100) {
        keys.push(user.args[0] as number);
        error = user.end(storage.getNextKey(keys.at(-1) ?? 0));
      }
      expect(error).to.equal(ErrorCode.FAIL);
      expect(user.args).to.deep.equal([NO_KEY]);
      return keys;
    }

    const buffer = pattern(16);
    const COMMANDS: Readonly<Record<string, () => Result<void, ErrorCode | Rejected<Uint8Array>>>> =
      {
        inserted: () => storage.insert(0x22, buffer, 16),
        retrieved: () => storage.retrieve(0x11, buffer, 16),
        removed: () => storage.remove(0x11),
        nextKey: () => storage.getFirstKey(),
        totalKeys: () => storage.getTotalKeys(),
      };

    describe('completion', () => {
      for (const [event, start] of Object.entries(COMMANDS)) {
        it(`comes once, and never from within the call: ${event} (TRD 3 rules 1 and 3)`, () => {
          insert(0x11, pattern(4));
          expect(start()).to.deep.equal(Ok());
          expect(user.names).to.deep.equal(['inserted']);
          settle();
          settle();
          expect(user.names).to.deep.equal(['inserted', event]);
          expect(user.events.at(-1)?.args.at(-1)).to.deep.equal(Ok());
        });

        it(`is owed for nothing that is refused with BUSY, and the buffer comes back: ${event}`, () => {
          const bytes = buffer.slice();
          storage.getTotalKeys();
          const hasBuffer = event === 'inserted' || event === 'retrieved';
          expect(start()).to.deep.equal(Err(hasBuffer ? [ErrorCode.BUSY, buffer] : ErrorCode.BUSY));
          settle();
          expect(user.names).to.deep.equal(['totalKeys']);
          expect(buffer).to.deep.equal(bytes);
        });
      }

      it('BUSY comes before every other error', () => {
        storage.getTotalKeys();
        expect(storage.insert(NO_KEY, buffer, 99)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
        expect(storage.remove(NO_KEY)).to.deep.equal(Err(ErrorCode.BUSY));
      });

      it('carries the arguments back: the key, the very buffer, the size', () => {
        const [value, holder] = [pattern(20), new Uint8Array(30)];
        const kept = value.slice();
        storage.insert(0xdead_beef, value, 12);
        settle();
        expect(user.args).to.deep.equal([0xdead_beef, value, 12]);
        expect(user.args[1]).to.equal(value);
        expect(value).to.deep.equal(kept);
        storage.retrieve(0xdead_beef, holder, 25);
        settle();
        expect(user.args[1]).to.equal(holder);
        expect(user.args).to.deep.equal([0xdead_beef, holder, 12]);
        expect(holder.subarray(0, 12)).to.deep.equal(value.subarray(0, 12));
        expect(holder.subarray(12)).to.deep.equal(new Uint8Array(18));
        storage.remove(0xdead_beef);
        settle();
        expect(user.args).to.deep.equal([0xdead_beef]);
      });

      it('lets the client start the next operation from within an event', () => {
        user.next = (): void => {
          expect(storage.getFirstKey()).to.deep.equal(Ok());
        };
        insert(7, pattern(4));
        expect(user.names).to.deep.equal(['inserted', 'nextKey']);
        expect(user.args).to.deep.equal([7]);
      });

      it('is RESERVE while nobody was named to be told', () => {
        storage = create().storage;
        for (const [event, start] of Object.entries(COMMANDS)) {
          const started = start();
          const error = started.ok ? undefined : [started.error].flat()[0];
          expect(error, event).to.equal(ErrorCode.RESERVE);
        }
      });
    });

    it('gives back what was inserted; a second insert replaces it', () => {
      expect(insert(0x11, pattern(4))).to.equal(undefined);
      expect(retrieve(0x11)).to.deep.equal(pattern(4));
      expect(insert(0x11, pattern(9, 5))).to.equal(undefined);
      expect(retrieve(0x11)).to.deep.equal(pattern(9, 5));
      expect(total()).to.equal(1);
    });

    it('keys are apart, and one key is one entry, whoever uses it (TC-16)', () => {
      const keys = [0, 1, 0x8000_0000, 0xffff_fffe];
      for (const [index, key] of keys.entries()) insert(key, pattern(8, index));
      for (const [index, key] of keys.entries()) {
        expect(retrieve(key)).to.deep.equal(pattern(8, index));
      }
      insert(1, pattern(3, 9));
      expect(remove(0)).to.equal(undefined);
      expect(retrieve(0)).to.equal(ErrorCode.FAIL);
      expect(retrieve(1)).to.deep.equal(pattern(3, 9));
      expect(retrieve(0x8000_0000)).to.deep.equal(pattern(8, 2));
      expect(total()).to.equal(3);
    });

    it('a value may be empty, and may have 255 bytes; 256 are SIZE and change nothing', () => {
      expect(insert(1, new Uint8Array(0))).to.equal(undefined);
      expect(retrieve(1)).to.deep.equal(new Uint8Array(0));
      expect(insert(2, pattern(LONGEST))).to.equal(undefined);
      expect(retrieve(2)).to.deep.equal(pattern(LONGEST));
      expect(insert(2, pattern(LONGEST + 1, 1))).to.equal(ErrorCode.SIZE);
      expect(retrieve(2)).to.deep.equal(pattern(LONGEST));
      expect(total()).to.equal(2);
    });

    it('into too small a holder is SIZE: its beginning, the whole size, and no byte behind', () => {
      insert(1, pattern(20));
      const holder = new Uint8Array(12).fill(0xee);
      expect(user.end(storage.retrieve(1, holder, 8))).to.equal(ErrorCode.SIZE);
      expect(user.args).to.deep.equal([1, holder, 20]);
      expect(holder.subarray(0, 8)).to.deep.equal(pattern(20).subarray(0, 8));
      expect([...holder.subarray(8)]).to.deep.equal([0xee, 0xee, 0xee, 0xee]);
      expect(user.end(storage.retrieve(1, holder, 0))).to.equal(ErrorCode.SIZE);
      expect(user.args[2]).to.equal(20);
    });

    it('is FAIL for a key that is not there: retrieve, remove', () => {
      expect(retrieve(5)).to.equal(ErrorCode.FAIL);
      expect(remove(5)).to.equal(ErrorCode.FAIL);
      insert(5, pattern(4));
      expect(remove(5)).to.equal(undefined);
      expect(retrieve(5)).to.equal(ErrorCode.FAIL);
      expect(remove(5)).to.equal(ErrorCode.FAIL);
      expect(total()).to.equal(0);
    });

    it('is INVAL for what is no key, at once or in the event, and for a size that is none', () => {
      for (const key of NO_KEYS) {
        expect(insert(key, pattern(4)), `${key}`).to.equal(ErrorCode.INVAL);
        expect(retrieve(key), `${key}`).to.equal(ErrorCode.INVAL);
        expect(remove(key), `${key}`).to.equal(ErrorCode.INVAL);
        expect(user.end(storage.getNextKey(key)), `${key}`).to.equal(ErrorCode.INVAL);
      }
      for (const size of [17, ...NONSENSE]) {
        expect(storage.insert(1, buffer, size)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
        expect(storage.retrieve(1, buffer, size)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
      }
      expect(total()).to.equal(0);
    });

    it('walks: every key once, then FAIL; the last one is known at once (TC-06)', () => {
      expect(walk()).to.deep.equal([]);
      expect(storage.getLastKey()).to.equal(NO_KEY);
      const keys = [9, 4, 0x7fff_ffff, 0, 0xffff_fffe, 12];
      for (const key of keys) insert(key, pattern(4, key & 0xff));
      insert(4, pattern(8));
      remove(12);
      const walked = walk();
      expect([...walked].sort((a, b) => a - b)).to.deep.equal([0, 4, 9, 0x7fff_ffff, 0xffff_fffe]);
      expect(storage.getLastKey()).to.equal(walked.at(-1));
      expect(total()).to.equal(5);
    });

    it('everything is there after the power went and came', () => {
      for (const key of [3, 1, 2]) insert(key, pattern(16, key));
      insert(3, pattern(5, 33));
      remove(1);
      const [walked, last] = [walk(), storage.getLastKey()];
      meet(fixture.reboot());
      expect(walk()).to.deep.equal(walked);
      expect(storage.getLastKey()).to.equal(last);
      expect(retrieve(3)).to.deep.equal(pattern(5, 33));
      expect(retrieve(2)).to.deep.equal(pattern(16, 2));
      expect(retrieve(1)).to.equal(ErrorCode.FAIL);
    });

    it('the last key is none before the first operation, and known after it', () => {
      insert(3, pattern(4));
      meet(fixture.reboot());
      expect(storage.getLastKey()).to.equal(NO_KEY);
      expect(total()).to.equal(1);
      expect(storage.getLastKey()).to.equal(3);
    });

    it('without room an insert is SIZE, and loses nothing; after removes it takes values again', () => {
      let count = 0;
      while (count < 2000 && insert(count, pattern(100, count & 0xff)) === undefined) count++;
      expect(insert(count, pattern(100))).to.equal(ErrorCode.SIZE);
      expect(total()).to.equal(count);
      for (let key = 0; key < count; key++) {
        expect(retrieve(key)).to.deep.equal(pattern(100, key & 0xff));
      }
      for (let key = 0; key < count; key++) expect(remove(key)).to.equal(undefined);
      expect(insert(count, pattern(100))).to.equal(undefined);
      expect(walk()).to.deep.equal([count]);
    });

    it('updates go on without end (TC-10)', () => {
      insert(1, pattern(40));
      for (let round = 0; round < 300; round++) {
        expect(insert(2, pattern(40, round & 0xff)), `round ${round}`).to.equal(undefined);
      }
      expect(retrieve(2)).to.deep.equal(pattern(40, 299 & 0xff));
      expect(retrieve(1)).to.deep.equal(pattern(40));
    });
  });
}
