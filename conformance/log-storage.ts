// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every LogStorage passes: `describeLogStorage('MyLog', create)`.
 *
 * NON-TOCK: the rules are those of `kernel/hil/log-storage.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { EventRecorder, refusalOf } from './event-recorder.ts';
import { NONSENSE, pattern } from './flash-recorder.ts';

/** A log, both halves of it. */
export interface LogHalves {
  readonly read: hil.logStorage.LogRead;
  readonly write: hil.logStorage.LogWrite;
}

/** What a suite gets for each test: an empty log with room for two of its longest entries at least. */
export interface LogStorageFixture {
  readonly log: LogHalves;
  /** The longest entry, bytes. */
  readonly longest: number;
  readonly circular: boolean;
  /** Runs everything that the log still has to do. */
  settle(): void;
  /** The power goes and comes: a new log on the same flash. */
  reboot(): LogHalves;
}

type Client = hil.logStorage.LogReadClient & hil.logStorage.LogWriteClient;

const EVENTS = ['readDone', 'seekDone', 'appendDone', 'syncDone', 'eraseDone'] as const;
const LENGTH = 16;

/** Bytes that tell which entry they are. */
function entry(number: number, length = LENGTH): Uint8Array {
  return pattern(length, number * 31 + 1);
}

function joined(entries: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(entries.flatMap((each) => [...each]));
}

/** @param create makes a fresh, empty log for each test. */
export function describeLogStorage(name: string, create: () => LogStorageFixture): void {
  describe(`${name} honours hil.logStorage`, () => {
    let fixture: LogStorageFixture;
    let log: LogHalves;
    let user: EventRecorder<Client>;
    let settle: () => void;

    beforeEach(() => {
      fixture = create();
      settle = (): void => fixture.settle();
      settle();
      meet(fixture.log);
    });

    function meet(other: LogHalves): void {
      log = other;
      user = new EventRecorder<Client>(EVENTS, settle);
      log.read.setClient(user.client);
      log.write.setClient(user.client);
    }

    function append(bytes: Uint8Array): ErrorCode | undefined {
      return user.end(log.write.append(bytes, bytes.length));
    }

    /** The next bytes, or why there are none. */
    function read(len = LENGTH): Uint8Array | ErrorCode {
      const buf = new Uint8Array(len);
      const error = user.end(log.read.read(buf, len));
      return error ?? buf.slice(0, user.args[1] as number);
    }

    /** Everything from where reading is. */
    function readAll(): Uint8Array {
      const parts: Uint8Array[] = [];
      for (;;) {
        const part = read(100);
        expect(typeof part, 'a read').not.to.equal('number');
        if (typeof part === 'number' || part.length === 0) return joined(parts);
        parts.push(part);
      }
    }

    const buffer = entry(9);
    const COMMANDS: Readonly<Record<string, () => Result<void, ErrorCode | Rejected<Uint8Array>>>> =
      {
        appendDone: () => log.write.append(buffer, LENGTH),
        readDone: () => log.read.read(buffer, LENGTH),
        seekDone: () => log.read.seek(0),
        syncDone: () => log.write.sync(),
        eraseDone: () => log.write.erase(),
      };

    describe('completion', () => {
      for (const [event, start] of Object.entries(COMMANDS)) {
        it(`comes once, and never from within the call: ${event} (TRD 3 rules 1 and 3)`, () => {
          append(entry(0));
          expect(start()).to.deep.equal(Ok());
          expect(user.names).to.deep.equal(['appendDone']);
          settle();
          settle();
          expect(user.names).to.deep.equal(['appendDone', event]);
          expect(user.events.at(-1)?.args.at(-1)).to.deep.equal(Ok());
        });

        it(`is owed for nothing that is refused with BUSY, by either half: ${event}`, () => {
          for (const other of [(): unknown => log.write.sync(), (): unknown => log.read.seek(0)]) {
            const before = user.events.length;
            const bytes = buffer.slice();
            other();
            const hasBuffer = event === 'appendDone' || event === 'readDone';
            const expected = hasBuffer ? [ErrorCode.BUSY, buffer] : ErrorCode.BUSY;
            expect(start()).to.deep.equal(Err(expected));
            settle();
            expect(user.events).to.have.length(before + 1);
            expect(buffer).to.deep.equal(bytes);
          }
        });
      }

      it('returns the very buffer, with the length that was asked for or read', () => {
        const [one, other] = [entry(0, 30), new Uint8Array(40)];
        const kept = one.slice();
        log.write.append(one, 20);
        settle();
        expect(user.args).to.deep.equal([one, 20, false]);
        expect(user.args[0]).to.equal(one);
        expect(one).to.deep.equal(kept);
        log.read.read(other, 30);
        settle();
        expect(user.args[0]).to.equal(other);
        expect(user.args[1]).to.equal(20);
        expect(other.subarray(0, 20)).to.deep.equal(kept.subarray(0, 20));
        expect(other.subarray(20)).to.deep.equal(new Uint8Array(20));
      });

      it('lets the client start the next operation from within an event', () => {
        user.next = (): void => {
          expect(log.read.seek(0)).to.deep.equal(Ok());
        };
        append(entry(0));
        expect(user.names).to.deep.equal(['appendDone', 'seekDone']);
      });
    });

    describe('refusal', () => {
      it('is INVAL for lengths over the buffer and those that are none; BUSY comes before it', () => {
        for (const len of [LENGTH + 1, ...NONSENSE]) {
          expect(log.write.append(buffer, len)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
          expect(log.read.read(buffer, len)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
        }
        settle();
        expect(user.events).to.be.empty;
        log.write.sync();
        expect(log.read.read(buffer, 99)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
      });

      it('is SIZE for an entry longer than any may be, at once or in the event; the longest fits', () => {
        const { longest } = fixture;
        expect(append(entry(0, longest + 1))).to.equal(ErrorCode.SIZE);
        expect(append(entry(1, longest))).to.equal(undefined);
        expect(readAll()).to.deep.equal(entry(1, longest));
      });

      it('is RESERVE while nobody was named to be told', () => {
        log = fixture.reboot();
        settle();
        for (const [event, start] of Object.entries(COMMANDS)) {
          expect(refusalOf(start()), event).to.equal(ErrorCode.RESERVE);
        }
      });
    });

    describe('reading', () => {
      it('gives the bytes in the order of appending, and none at the end (TL-02)', () => {
        const list = [entry(0, 5), entry(1, 0), entry(2, Math.min(255, fixture.longest))];
        for (const each of list) expect(append(each)).to.equal(undefined);
        expect(readAll()).to.deep.equal(joined(list));
        expect(read()).to.deep.equal(new Uint8Array(0));
        append(entry(3));
        expect(read()).to.deep.equal(entry(3));
      });

      it('of an empty log is at its end at once, and so is nothing asked for (TL-01, TB-13)', () => {
        expect(read()).to.deep.equal(new Uint8Array(0));
        append(entry(0));
        expect(read(0)).to.deep.equal(new Uint8Array(0));
        expect(read()).to.deep.equal(entry(0));
      });

      it('in parts does not keep the borders of entries: 10 bytes as 4 and 6 (TL-18)', () => {
        append(entry(0, 10));
        append(entry(1, 10));
        expect(read(4)).to.deep.equal(entry(0, 10).subarray(0, 4));
        expect(read(6)).to.deep.equal(entry(0, 10).subarray(4));
        expect(read(20)).to.deep.equal(entry(1, 10));
      });

      it('goes on from where a seek went, for each entry; 0 is the beginning (TL-09)', () => {
        const cookies = [0, 1, 2, 3, 4].map((number) => {
          const cookie = log.write.currentOffset();
          append(entry(number));
          return cookie;
        });
        for (const [number, cookie] of cookies.entries()) {
          expect(user.end(log.read.seek(cookie))).to.equal(undefined);
          expect(log.read.currentOffset()).to.equal(cookie);
          expect(read()).to.deep.equal(entry(number));
        }
        expect(user.end(log.read.seek(0))).to.equal(undefined);
        expect(readAll()).to.have.length(5 * LENGTH);
        expect(user.end(log.read.seek(log.write.currentOffset()))).to.equal(undefined);
        expect(read()).to.deep.equal(new Uint8Array(0));
      });

      it('stays where it is when a seek is INVAL: to what is to come, or no cookie (TL-09)', () => {
        append(entry(0));
        append(entry(1));
        read();
        for (const wrong of [log.write.currentOffset() + 1, ...NONSENSE]) {
          expect(user.end(log.read.seek(wrong)), `${wrong}`).to.equal(ErrorCode.INVAL);
        }
        expect(read()).to.deep.equal(entry(1));
      });
    });

    describe('durability', () => {
      it('after a sync everything is there, from the beginning on; appends go on behind it (TL-10)', () => {
        const list = [0, 1, 2].map((number) => entry(number, 11));
        for (const each of list) append(each);
        read(11);
        expect(user.end(log.write.sync())).to.equal(undefined);
        const offset = log.write.currentOffset();
        meet(fixture.reboot());
        settle();
        expect(read(11)).to.deep.equal(list[0]);
        expect(log.write.currentOffset()).to.equal(offset);
        append(entry(3));
        expect(readAll()).to.deep.equal(joined([entry(1, 11), entry(2, 11), entry(3)]));
      });

      it('an erase takes everything, for good, and the log takes entries again', () => {
        for (const number of [0, 1, 2]) append(entry(number));
        read();
        expect(user.end(log.write.erase())).to.equal(undefined);
        expect(readAll()).to.be.empty;
        append(entry(3));
        expect(readAll()).to.deep.equal(entry(3));
        expect(user.end(log.write.erase())).to.equal(undefined);
        meet(fixture.reboot());
        settle();
        expect(readAll()).to.be.empty;
      });
    });

    describe('the end of the volume', () => {
      const LONG = 100;
      /** Appends until so many bytes went in, or one is refused; how many were taken, and what was told. */
      function fill(most: number): {
        count: number;
        error: ErrorCode | undefined;
        lost: boolean[];
      } {
        const lost: boolean[] = [];
        for (let count = 0; ; count++) {
          const error = append(entry(count, LONG));
          if (error !== undefined || (count + 1) * LONG >= most) return { count, error, lost };
          lost.push(user.args[2] as boolean);
        }
      }

      it('is told: SIZE by a linear log (TL-06), lost records by a circular one (TL-07, TL-17)', () => {
        if (fixture.circular) expectGivenUp();
        else expectFull();
      });

      /** It keeps what it has, and is usable again once erased. */
      function expectFull(): void {
        const { count, error, lost } = fill(2 * log.read.getSize());
        expect(error).to.equal(ErrorCode.SIZE);
        expect(user.args.slice(1)).to.deep.equal([0, false]);
        expect(lost).not.to.include(true);
        expect(count).to.be.greaterThan(0);
        const all = Array.from({ length: count }, (_, number) => entry(number, LONG));
        expect(readAll()).to.deep.equal(joined(all));
        expect(user.end(log.write.erase())).to.equal(undefined);
        expect(append(entry(0))).to.equal(undefined);
      }

      /** It keeps the newest, and of what it holds half at least. */
      function expectGivenUp(): void {
        const size = log.read.getSize();
        const { count, error, lost } = fill(2 * size);
        expect(error).to.equal(undefined);
        const capacity = lost.indexOf(true);
        expect(capacity * LONG).to.be.within(size / 4, size);
        const all = Array.from({ length: count + 1 }, (_, number) => entry(number, LONG));
        const kept = readAll();
        expect(kept.length % LONG).to.equal(0);
        expect(kept.length / LONG).to.be.at.least(capacity / 2);
        expect(kept).to.deep.equal(joined(all).slice(-kept.length));
        expect(user.end(log.read.seek(0))).to.equal(undefined);
        expect(readAll()).to.deep.equal(kept);
      }
    });
  });
}
