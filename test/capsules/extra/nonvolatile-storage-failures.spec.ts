// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Non-volatile storage when the flash fails, processes die, and processes ask for anything at all.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { alone, kill, MOST, ROOMY } from '../../support/driver-calls.ts';
import {
  LENGTH,
  NonvolatileBench,
  NVS,
  READ,
  READ_DONE,
  START,
  WRITE,
  WRITE_DONE,
} from '../../support/nonvolatile-bench.ts';
import type { Words } from '../../support/raw-process.ts';

describe('Non-volatile storage driver under failure', () => {
  it('says a length of 0 when the flash fails, and hands over nothing', () => {
    const fixture = new NonvolatileBench();
    fixture.storage.outcome = Err(ErrorCode.FAIL);
    alone(fixture.bench, function* (process) {
      yield* NVS.lendTarget(process, 4);
      yield* NVS.lend(process, [1, 2]);
      yield* NVS.command(process, READ, 0, 4);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([0, 0, 0]);
      expect(NVS.target(process, 2)).to.deep.equal([0, 0]);
      yield* NVS.command(process, WRITE, 0, 2);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([0, 0, 0]);
      fixture.storage.outcome = Ok();
      yield* NVS.command(process, WRITE, 0, 2);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([2, 0, 0]);
    });
  });

  it('passes a refusal from below on as the command’s error, and works again afterwards', () => {
    const fixture = new NonvolatileBench();
    fixture.storage.refusal = ErrorCode.BUSY;
    alone(fixture.bench, function* (process) {
      yield* NVS.lendTarget(process, 4);
      expect(yield* NVS.command(process, READ, 0, 4)).to.equal(ErrorCode.BUSY);
      fixture.storage.refusal = undefined;
      expect(yield* NVS.command(process, READ, 0, 4)).to.equal(0);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([4, 0, 0]);
    });
  });

  it('with upstream’s flaw a refusal from below is the last thing that it ever does', () => {
    const fixture = new NonvolatileBench('nvs-refusal-loses-buffer');
    fixture.storage.refusal = ErrorCode.BUSY;
    alone(fixture.bench, function* (process) {
      yield* NVS.lendTarget(process, 4);
      expect(yield* NVS.command(process, READ, 0, 4)).to.equal(ErrorCode.BUSY);
      fixture.storage.refusal = undefined;
      expect(yield* NVS.command(process, READ, 0, 4)).to.equal(ErrorCode.RESERVE);
    });
  });

  it('ends what waited with a length of 0 when the storage refuses it at its turn', () => {
    const fixture = new NonvolatileBench();
    alone(fixture.bench, function* (process) {
      yield* NVS.lendTarget(process, 4);
      yield* NVS.command(process, READ, 0, 4);
      yield* NVS.command(process, READ, 0, 4);
      fixture.storage.refusal = ErrorCode.FAIL;
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([4, 0, 0]);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([0, 0, 0]);
      fixture.storage.refusal = undefined;
      expect(yield* NVS.command(process, READ, 0, 4)).to.equal(0);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([4, 0, 0]);
    });
  });

  describe('when a process dies in mid-operation', () => {
    /** One process dies while its read runs and a second one waits; another reads afterwards. */
    function death(fixture: NonvolatileBench, how: 'terminate' | 'restart'): number[] {
      const { bench } = fixture;
      const answers: number[] = [];
      const { stale, lives } = kill(
        bench,
        NVS,
        {
          first: function* (process) {
            yield* NVS.lendTarget(process, 4);
            yield* NVS.command(process, READ, 0, 4);
            yield* NVS.command(process, READ, 8, 4);
          },
          upcalls: [READ_DONE],
        },
        how,
        us(500),
      );
      bench.spawn(function* (process) {
        yield* NVS.lendTarget(process, 4);
        yield* process.compute(ms(3));
        const answer = yield* NVS.command(process, READ, 16, 4);
        answers.push(answer);
        if (answer === 0) answers.push((yield* NVS.done(process, READ_DONE))[0]);
      }, ROOMY);
      bench.run();
      expect(stale).to.deep.equal([]);
      expect(lives()).to.equal(how === 'restart' ? 2 : 1);
      return answers;
    }

    for (const how of ['terminate', 'restart'] as const) {
      it(`(${how}) its upcall goes nowhere, what it had waiting is forgotten, others go on`, () => {
        const fixture = new NonvolatileBench();
        expect(death(fixture, how)).to.deep.equal([0, 4]);
        expect(fixture.storage.accepted.map(([, address]) => address)).to.deep.equal([
          START,
          START + 16,
        ]);
        expect(fixture.storage.held).to.equal(0);
      });
    }

    it('with upstream’s flaw the buffer dies, too: RESERVE for ever', () => {
      expect(death(new NonvolatileBench('nvs-death-loses-buffer'), 'terminate')).to.deep.equal([
        ErrorCode.RESERVE,
      ]);
    });
  });

  it('survives any sequence of commands, touches nothing outside, and tells of each exactly once', () => {
    const edge = fc.oneof(
      fc.constantFrom(0, 1, 511, 512, 513, LENGTH - 1, LENGTH, LENGTH + 1, 2 ** 31, MOST),
      fc.integer({ min: 0, max: LENGTH }),
    );
    const step = fc.tuple(fc.constantFrom(READ, WRITE, 9), edge, edge, fc.nat(600), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const fixture = new NonvolatileBench();
        let accepted = 0;
        const told: Words[] = [];
        alone(fixture.bench, function* (process) {
          yield* process.subscribe(NVS.driverNum, READ_DONE, process.recorder(told));
          yield* process.subscribe(NVS.driverNum, WRITE_DONE, process.recorder(told));
          for (const [number, offset, length, lent, wait] of steps) {
            yield* process.allowRo(NVS.driverNum, 0, process.ram(0), lent);
            yield* process.allowRw(NVS.driverNum, 0, process.ram(0), lent);
            if ((yield* NVS.command(process, number, offset, length)) === 0) accepted++;
            if (wait && told.length < accepted) yield* process.yieldWait();
          }
          while (told.length < accepted) yield* process.yieldWait();
          yield* process.compute(ms(5));
          yield* process.yieldNoWait();
        });
        expect(told).to.have.lengthOf(accepted);
        const { content } = fixture.storage;
        const outside = [...content.subarray(0, START), ...content.subarray(START + LENGTH)];
        expect(outside.every((byte) => byte === 0xff)).to.equal(true);
      }),
      { numRuns: 60 },
    );
  });
});
