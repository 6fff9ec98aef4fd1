// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Subscribe and allow in kernels whose capsules hold callbacks and buffers.
 *
 * NON-TOCK: tests. Sources: tock-2.0-dev of early 2021, #2282, #2445, #2462, 2.0.
 */
import { expect } from 'chai';
import { CompileError } from '#kernel/assert';
import type { Callback } from '#kernel/callback';
import { ErrorCode } from '#kernel/errorcode';
import type { ReadWriteProcessBuffer } from '#kernel/processbuffer';
import { noReadWriteBuffer } from '#kernel/processbuffer';
import type { ProfileName } from '#kernel/profile';
import { Err, Ok } from '#kernel/result';
import type { Words } from '../support/raw-process.ts';
import { ABSENT } from '../support/testbench.ts';

import { HOLDING, OLD, OldBench, run } from '../support/old-bench.ts';
const answer = (words: Words | undefined): readonly number[] => words?.slice(0, 3) ?? [];

for (const profile of HOLDING) {
  describe(`Subscribe to a capsule that holds callbacks, profile ${profile}`, () => {
    it('returns what the driver gives back: none at first, then the pair before', () => {
      const answers = run(new OldBench(profile), function* (process) {
        const [f, g] = [process.function(() => undefined), process.function(() => undefined)];
        return [
          yield* process.subscribe(OLD, 0, f, 7),
          yield* process.subscribe(OLD, 0, g, 8),
          yield* process.subscribe(OLD, 0, 0, 0),
          f,
          g,
        ] as const;
      });
      const [first, second, third, f, g] = answers ?? [];
      expect(answer(first)).to.deep.equal([130, 0, 0]);
      expect(answer(second)).to.deep.equal([130, f, 7]);
      expect(answer(third)).to.deep.equal([130, g, 8]);
    });

    it('the callback runs with its words and appdata', () => {
      const calls: Words[] = [];
      run(new OldBench(profile), function* (process) {
        yield* process.subscribe(OLD, 1, process.recorder(calls), 9);
        yield* process.command(OLD, 1, 1, 20);
        yield* process.yieldWait();
      });
      expect(calls).to.deep.equal([[20, 21, 22, 9]]);
    });

    it('F04 a refusal with the given callback is the error and an echo, and no violation', () => {
      const bench = new OldBench(profile);
      const words = run(bench, (process) => process.subscribe(OLD, 9, process.ram(0), 5));
      const number = profile === 'e' ? ErrorCode.NOSUPPORT : ErrorCode.NOSUPPORT - 1;
      expect(words?.slice(0, 2)).to.deep.equal([2, number]);
      expect(words?.[3]).to.equal(5);
      expect(bench.trace.latest().map(({ event }) => event)).not.to.include('callbackViolation');
    });

    it('a null callback queues nothing and says that it did; one of a life that is over says no', () => {
      const bench = new OldBench(profile);
      const kept: (boolean | undefined)[] = [];
      let lives = 0;
      let callback: Callback | undefined;
      bench.spawn(function* (raw) {
        const process = bench.kernel.processes[0];
        if (lives++ === 0 && process !== undefined) {
          yield* raw.subscribe(OLD, 0, 0, 0);
          kept.push(bench.old.slots(process.processId).callbacks[0]?.schedule(1, 2, 3));
          expect(process.tasks.hasElements()).to.equal(false);
          yield* raw.subscribe(OLD, 0, raw.ram(0), 0);
          callback = bench.old.slots(process.processId).callbacks[0];
          yield* raw.exit(1, 0);
        }
        kept.push(callback?.schedule(1, 2, 3));
      });
      bench.run();
      expect(kept).to.deep.equal([true, false]);
    });

    it('does not check the function pointer: that came with 2.0', () => {
      const words = run(new OldBench(profile), (process) => process.subscribe(OLD, 0, 4, 0));
      expect(words?.[0]).to.equal(130);
    });

    it('a driver that is not there is NOSUPPORT, whatever the class', () => {
      const words = run(new OldBench(profile), function* (process) {
        return [
          yield* process.subscribe(ABSENT, 0, 0),
          yield* process.command(ABSENT, 0),
          yield* process.allowRw(ABSENT, 0, 0, 0),
        ];
      });
      const number = profile === 'e' ? 10 : 9;
      expect(words?.map((each) => each.slice(0, 2))).to.deep.equal([
        [2, number],
        [0, number],
        [2, number],
      ]);
    });

    it('F11 a buffer that is given back is passed on unchecked', () => {
      const bench = new OldBench(profile);
      bench.old.onAllow = (id, _, buffer) => {
        const [other] = bench.old.slots(id).readWrite.splice(2, 1, buffer);
        return Ok(other ?? buffer);
      };
      const words = run(bench, function* (process) {
        yield* process.allowRw(OLD, 0, process.ram(0), 4);
        return yield* process.allowRw(OLD, 1, process.ram(8), 6);
      });
      expect(words?.[2], 'length of the buffer of number 0').to.equal(4);
    });

    it('a buffer that was given back cannot be used, nor given back again', () => {
      const kept: ReadWriteProcessBuffer[] = [];
      const bench = new OldBench(profile);
      bench.old.onAllow = (_, __, buffer) => {
        kept.push(buffer);
        return kept.length === 1 ? Ok(noReadWriteBuffer()) : Ok(kept[0] ?? buffer);
      };
      expect(() =>
        run(bench, function* (process) {
          for (const length of [4, 5, 6]) yield* process.allowRw(OLD, 0, process.ram(0), length);
        }),
      ).to.throw(CompileError, 'given back twice');
      expect(() => kept[0]?.enter(() => undefined)).to.throw(CompileError);
      expect(kept[1]?.lease.usable).to.equal(true);
    });
  });
}

describe('Subscribe in early 2021', () => {
  it('B04 a null callback has no appdata: (0, 0) comes back; since #2282 it has', () => {
    const back = (profile: ProfileName): readonly number[] =>
      answer(
        run(new OldBench(profile), function* (process) {
          yield* process.subscribe(OLD, 0, 0, 5);
          return yield* process.subscribe(OLD, 0, 0, 0);
        }),
      );
    expect(back('2.0-dev')).to.deep.equal([130, 0, 0]);
    for (const profile of ['c', 'd', 'e'] as const)
      expect(back(profile)).to.deep.equal([130, 0, 5]);
  });

  for (const profile of ['2.0-dev', 'c', 'd', 'e'] as const) {
    it(`B15 profile ${profile}: a refused subscribe ${profile === 'e' ? 'keeps' : 'loses'} what is pending`, () => {
      const calls: Words[] = [];
      const bench = new OldBench(profile);
      run(bench, function* (process) {
        yield* process.subscribe(OLD, 0, process.recorder(calls), 1);
        yield* process.command(OLD, 1, 0, 40);
        bench.old.onSubscribe = (_, given) => Err([given, ErrorCode.BUSY]);
        yield* process.subscribe(
          OLD,
          0,
          process.function(() => undefined),
          2,
        );
        yield* process.yieldNoWait();
      });
      expect(calls.length).to.equal(profile === 'e' ? 1 : 0);
    });
  }

  it('F16 profile e: a refused callback that differs in function or appdata alone leaves them', () => {
    for (const other of ['function', 'appdata'] as const) {
      const calls: Words[] = [];
      const bench = new OldBench('e');
      run(bench, function* (process) {
        const f = process.recorder(calls);
        const g = process.function(() => undefined);
        yield* process.subscribe(OLD, 0, f, 1);
        yield* process.command(OLD, 1, 0, 40);
        bench.old.onSubscribe = (_, given) => Err([given, ErrorCode.BUSY]);
        yield* other === 'function'
          ? process.subscribe(OLD, 0, g, 1)
          : process.subscribe(OLD, 0, f, 2);
        yield* process.yieldNoWait();
      });
      expect(calls.length, other).to.equal(1);
    }
  });

  it('F16 profile e: a refused callback that equals the one held takes its pending upcalls along', () => {
    const calls: Words[] = [];
    const bench = new OldBench('e');
    run(bench, function* (process) {
      const f = process.recorder(calls);
      yield* process.subscribe(OLD, 0, f, 1);
      yield* process.command(OLD, 1, 0, 40);
      bench.old.onSubscribe = (_, given) => Err([given, ErrorCode.BUSY]);
      yield* process.subscribe(OLD, 0, f, 1);
      yield* process.yieldNoWait();
    });
    expect(calls).to.deep.equal([]);
  });

  it('profile e: an accepted subscribe drops what is queued for the callback before', () => {
    const calls: Words[] = [];
    const fresh: Words[] = [];
    run(new OldBench('e'), function* (process) {
      yield* process.subscribe(OLD, 0, process.recorder(calls), 1);
      yield* process.command(OLD, 1, 0, 40);
      yield* process.subscribe(OLD, 0, process.recorder(fresh), 2);
      yield* process.yieldNoWait();
    });
    expect([calls, fresh]).to.deep.equal([[], []]);
  });
});
