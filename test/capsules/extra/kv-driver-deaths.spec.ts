// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value driver when a process dies in the middle, or fails at once; with upstream's flaws and without.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { KvDriverFlaw } from '#capsules/extra/kv-driver';
import { RestartFaultPolicy } from '#capsules/system/process-policies';
import { ErrorCode } from '#kernel/errorcode';
import { ms } from '#kernel/time';
import { build, Command, KV } from './kv-support.ts';

const { NOSUPPORT, SIZE } = ErrorCode;

describe('Key-value driver', () => {
  describe('when a process dies in the middle', () => {
    /** The first process dies with its command under way; what the second then sees. */
    function afterDeath(command: number, flaws: readonly KvDriverFlaw[] = []): unknown[] {
      const { bench, flash, spawn } = build(flaws);
      const seen: unknown[] = [];
      spawn(function* (hands) {
        yield* hands.set('key', 'v');
        yield* hands.process.allowRw(KV, 0, hands.process.ram(4096), 64);
        flash.held = true;
        yield* hands.give(command, 'key', 'w');
        yield* hands.process.fault('dies');
      });
      spawn(function* (hands) {
        yield* hands.process.compute(ms(50));
        flash.release();
        yield* hands.process.compute(ms(50));
        seen.push(yield* hands.set('other', 'w'));
        seen.push(yield* hands.text('other'));
      });
      bench.run();
      return seen;
    }

    for (const [name, command] of Object.entries(Command)) {
      it(`E30: the store works on for the others: ${name}`, () => {
        expect(afterDeath(command)).to.deep.equal([0, 'w']);
      });
    }

    it('E30: upstream’s flaw: a get takes the value buffer along, and later commands never end', () => {
      expect(afterDeath(Command.GET, ['kv-dead-process-keeps-buffer'])).to.deep.equal([]);
      expect(afterDeath(Command.SET, ['kv-dead-process-keeps-buffer'])).to.deep.equal([0, 'w']);
    });

    it('its next life gets no upcall for it', () => {
      const { bench, flash, spawn } = build();
      let lives = 0;
      const answers: number[] = [];
      spawn(
        function* (hands) {
          if (lives++ === 0) {
            flash.held = true;
            yield* hands.give(Command.SET, 'key', 'v');
            yield* hands.process.fault('dies');
          }
          flash.release();
          answers.push(yield* hands.operate(Command.DELETE, 'nothing'));
        },
        { faultPolicy: new RestartFaultPolicy() },
      );
      bench.run();
      expect(answers).to.deep.equal([NOSUPPORT]);
    });
  });

  it('upstream’s flaw: an operation that failed at its command runs again after another process’s', () => {
    function upcalls(flaws: readonly KvDriverFlaw[]): number {
      const { bench, spawn } = build(flaws);
      const heard: number[] = [];
      spawn(function* (hands) {
        const { process } = hands;
        yield* process.subscribe(
          KV,
          0,
          process.function((status) => void heard.push(status)),
        );
        expect(yield* hands.give(Command.SET, 'k'.repeat(65), 'v')).to.equal(SIZE);
        yield* process.compute(ms(100));
        yield* process.yieldNoWait();
      });
      spawn(function* (hands) {
        yield* hands.process.compute(ms(20));
        yield* hands.set('key', 'v');
      });
      bench.run();
      return heard.length;
    }
    expect(upcalls([])).to.equal(0);
    expect(upcalls(['kv-op-left-after-failure'])).to.equal(1);
  });
});
