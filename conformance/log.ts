// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every log passes: `describeLog('MyLog', create)`.
 *
 * NON-TOCK: the rules are those of `kernel/hil/log.ts`; Tock tests its log on boards.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import { NONSENSE } from './flash-recorder.ts';
import { entry, LogUser, type AnyLog } from './log-user.ts';

/** What a suite gets for each test: an empty log with room for five entries of 16 bytes at least. */
export interface LogFixture {
  readonly log: AnyLog;
  /** The longest entry it takes. */
  readonly longest: number;
  readonly circular: boolean;
  /** Runs everything that the log still has to do. */
  settle(): void;
  /** The power goes and comes: a new log on the same flash. */
  reboot(): AnyLog;
}

function entries(count: number, length?: number): Uint8Array[] {
  return Array.from({ length: count }, (_, number) => entry(number, length));
}

/** @param create makes a fresh, empty log for each test. */
export function describeLog(name: string, create: () => LogFixture): void {
  describe(`${name} honours hil.log`, () => {
    let fixture: LogFixture;
    let log: AnyLog;
    let user: LogUser;
    let settle: () => void;

    beforeEach(() => {
      fixture = create();
      settle = (): void => fixture.settle();
      settle();
      meet(fixture.log);
    });

    function meet(other: AnyLog): void {
      log = other;
      user = new LogUser(other, settle);
    }

    function fill(list: readonly Uint8Array[]): void {
      for (const each of list) expect(user.append(each)).to.equal(undefined);
    }

    const CALLS: Readonly<Record<string, () => Result<void, unknown>>> = {
      append: () => log.append(entry(9), 16),
      read: () => log.read(new Uint8Array(16), 16),
      seek: () => log.seek(log.logStart()),
      sync: () => log.sync(),
      erase: () => log.erase(),
    };

    describe('completion', () => {
      for (const [call, make] of Object.entries(CALLS)) {
        it(`comes once, and never from within the call: ${call} (TRD 3 rules 1 and 3)`, () => {
          fill([entry(0)]);
          const before = user.client.calls.length;
          expect(make()).to.deep.equal(Ok());
          expect(user.client.calls).to.have.length(before);
          settle();
          settle();
          expect(user.client.calls).to.have.length(before + 1);
          expect(user.client.calls[before]?.name).to.equal(call);
          expect(user.client.calls[before]?.result).to.deep.equal(Ok());
        });

        it(`is owed for nothing that is refused as BUSY: ${call}`, () => {
          fill([entry(0)]);
          const before = user.client.calls.length;
          log.sync();
          const refused = make();
          expect(refused.ok ? undefined : [refused.error].flat()[0]).to.equal(ErrorCode.BUSY);
          settle();
          expect(user.client.calls.slice(before).map((each) => each.name)).to.deep.equal(['sync']);
        });
      }

      it('returns the very buffer, with the length (TRD 3 rule 3)', () => {
        const [one, other] = [new Uint8Array(20), new Uint8Array(30)];
        log.append(one, 16);
        settle();
        log.read(other, 25);
        settle();
        const [appended, read] = user.client.calls;
        expect([appended?.buffer, appended?.length]).to.deep.equal([one, 16]);
        expect(appended?.buffer).to.equal(one);
        expect(read?.buffer).to.equal(other);
        expect(read?.length).to.equal(16);
      });

      it('lets the client start the next operation from within it', () => {
        user.client.next = (): void => {
          expect(log.sync()).to.deep.equal(Ok());
        };
        log.append(entry(0), 16);
        settle();
        expect(user.client.calls.map((each) => each.name)).to.deep.equal(['append', 'sync']);
      });

      it('comes for a sync and an erase of an empty log', () => {
        expect([user.sync(), user.erase()]).to.deep.equal([undefined, undefined]);
        expect(user.client.calls.map((each) => each.name)).to.deep.equal(['sync', 'erase']);
      });
    });

    describe('refusal', () => {
      it('is BUSY with the same buffer, which stays as it is (TRD 3 rule 4; TS-02)', () => {
        const [one, other] = [entry(0), entry(1)];
        log.append(one, 16);
        expect(log.append(other, 16)).to.deep.equal(Err([ErrorCode.BUSY, other]));
        expect(log.read(other, 16)).to.deep.equal(Err([ErrorCode.BUSY, other]));
        settle();
        expect(other).to.deep.equal(entry(1));
        expect(user.readAll()).to.deep.equal([one]);
      });

      it('is INVAL for lengths over the buffer, that are none, and an entry of no bytes', () => {
        const buffer = new Uint8Array(8);
        for (const length of [9, 0.5, ...NONSENSE]) {
          expect(log.append(buffer, length)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
          expect(log.read(buffer, length)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
        }
        expect(log.append(buffer, 0)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
        settle();
        expect(user.client.calls).to.be.empty;
      });

      it('is SIZE for an entry that is too long for any page; the longest one fits', () => {
        const { longest } = fixture;
        expect(user.append(entry(0, longest + 1))).to.equal(ErrorCode.SIZE);
        expect(user.append(entry(1, longest))).to.equal(undefined);
        expect(user.read(longest)).to.deep.equal(entry(1, longest));
      });

      it('is RESERVE for everything while nobody was named to be called', () => {
        fill([entry(0)]);
        user.sync();
        log = fixture.reboot();
        settle();
        for (const [call, make] of Object.entries(CALLS)) {
          const refused = make();
          const error = refused.ok ? undefined : [refused.error].flat()[0];
          expect(error, call).to.equal(ErrorCode.RESERVE);
        }
      });
    });

    describe('reading', () => {
      it('is in the order of appending, whole entries of any length, and FAIL at the end', () => {
        const list = [1, 2, 3, 5, 16, 11].map((length, number) => entry(number, length));
        fill(list);
        expect(user.readAll()).to.deep.equal(list);
        expect(user.read()).to.equal(ErrorCode.FAIL);
        expect(user.append(entry(7))).to.equal(undefined);
        expect(user.read()).to.deep.equal(entry(7));
      });

      it('into too little room is SIZE, and the entry stays the next one', () => {
        fill([entry(0), entry(1)]);
        const id = log.nextReadEntryId();
        expect(user.read(15)).to.equal(ErrorCode.SIZE);
        expect(log.nextReadEntryId()).to.equal(id);
        expect(user.readAll()).to.deep.equal([entry(0), entry(1)]);
      });

      it('of an empty log is FAIL; its start is its end', () => {
        expect(user.read()).to.equal(ErrorCode.FAIL);
        expect(log.logStart()).to.equal(log.logEnd());
        expect(log.nextReadEntryId()).to.equal(log.logStart());
      });

      it('goes on from where a seek went: to a start, an end, an entry read next once', () => {
        fill(entries(5));
        const ids = entries(5).map(() => {
          const id = log.nextReadEntryId();
          user.read();
          return id;
        });
        expect([...ids].sort((a, b) => a - b)).to.deep.equal(ids);
        for (const [number, id] of ids.entries()) {
          expect(user.seek(id)).to.equal(undefined);
          expect(user.read()).to.deep.equal(entry(number));
        }
        expect(user.seek(log.logStart())).to.equal(undefined);
        expect(user.readAll()).to.have.length(5);
        expect(user.seek(log.logEnd())).to.equal(undefined);
        expect(user.read()).to.equal(ErrorCode.FAIL);
      });

      it('stays where it is when a seek is INVAL: before the start, behind the end, no number', () => {
        fill(entries(3));
        user.read();
        const id = log.nextReadEntryId();
        for (const wrong of [log.logStart() - 1, log.logEnd() + 1, ...NONSENSE]) {
          expect(user.seek(wrong), `${wrong}`).to.equal(ErrorCode.INVAL);
        }
        expect(log.nextReadEntryId()).to.equal(id);
        expect(user.readAll()).to.deep.equal([entry(1), entry(2)]);
      });
    });

    describe('durability', () => {
      it('after a sync everything is there, from the oldest on (cases H44, TS-05)', () => {
        fill(entries(5));
        user.read();
        expect(user.sync()).to.equal(undefined);
        const [start, end] = [log.logStart(), log.logEnd()];
        meet(fixture.reboot());
        settle();
        expect([log.logStart(), log.logEnd()]).to.deep.equal([start, end]);
        expect(log.nextReadEntryId()).to.equal(start);
        expect(user.readAll()).to.deep.equal(entries(5));
      });

      it('of a later sync does not cost the earlier entries', () => {
        for (const [number, each] of entries(5).entries()) {
          fill([each]);
          user.sync();
          meet(fixture.reboot());
          settle();
          expect(user.readAll()).to.deep.equal(entries(number + 1));
        }
      });

      it('an erase takes everything, and ids begin anew', () => {
        const begin = [log.logStart(), log.logEnd()];
        fill(entries(5));
        user.sync();
        expect(user.readAll()).to.have.length(5);
        expect(user.erase()).to.equal(undefined);
        expect([log.logStart(), log.logEnd()]).to.deep.equal(begin);
        expect(user.read()).to.equal(ErrorCode.FAIL);
        fill([entry(5)]);
        expect(user.readAll()).to.deep.equal([entry(5)]);
        expect(user.erase()).to.equal(undefined);
        meet(fixture.reboot());
        settle();
        expect(user.read()).to.equal(ErrorCode.FAIL);
        fill([entry(6)]);
        expect(user.readAll()).to.deep.equal([entry(6)]);
      });
    });

    describe('the end of the flash', () => {
      it('is told: FAIL of a linear log, records that a circular one lost (case H44; TS-08)', () => {
        const most = log.getSize();
        let [sum, count] = [0, 0];
        let error: ErrorCode | undefined;
        while (error === undefined && sum <= 2 * most) {
          error = user.append(entry(count));
          if (error === undefined) sum += 16;
          count += 1;
        }
        const last = user.client.calls.at(-1);
        if (!fixture.circular) {
          expect(error).to.equal(ErrorCode.FAIL);
          expect(sum).to.be.within(1, most);
          expect(user.readAll()).to.deep.equal(entries(count - 1));
          return;
        }
        expect(error).to.equal(undefined);
        expect(last).to.include({ name: 'append', recordsLost: true });
        const kept = user.readAll();
        expect(kept.length).to.be.within(1, count - 1);
        expect(kept).to.deep.equal(entries(count).slice(-kept.length));
      });

      it('is not told before it comes', () => {
        fill(entries(3));
        const told = user.client.calls.map((each) => each.recordsLost);
        expect(told).to.deep.equal([false, false, false]);
      });
    });
  });
}
