// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Virtual time: events in the one order of (time, sequence), each at its own instant.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { KernelPanic } from '#kernel/assert';
import { Clock } from '#kernel/clock';
import { FOREVER, ns } from '#kernel/time';

describe('Clock', () => {
  it('starts at power-on with nothing due', () => {
    const clock = new Clock(1234);
    expect(clock.now).to.equal(0);
    expect(clock.epochMilliseconds).to.equal(1234);
    expect(clock.nextEvent).to.equal(FOREVER);
  });

  it('fires events by time, equal times in the order of scheduling, each seeing its own instant', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1 }), fc.nat(25), (times, until) => {
        const clock = new Clock();
        const fired: [number, number][] = [];
        times.forEach((time, index) => {
          clock.schedule(ns(time), () => {
            expect(clock.now).to.equal(time);
            fired.push([time, index]);
          });
        });
        clock.advanceTo(ns(until));
        const expected = times
          .map((time, index): [number, number] => [time, index])
          .filter(([time]) => time <= until)
          .sort(([a, i], [b, j]) => a - b || i - j);
        expect(fired).to.deep.equal(expected);
        expect(clock.now).to.equal(until);
      }),
    );
  });

  it('fires what an event schedules, when it falls due on the way', () => {
    const clock = new Clock();
    const fired: number[] = [];
    clock.schedule(ns(10), () => {
      fired.push(clock.now);
      clock.schedule(ns(15), () => fired.push(clock.now));
      clock.schedule(ns(10), () => fired.push(clock.now));
      clock.schedule(ns(99), () => fired.push(clock.now));
    });
    clock.advance(ns(20));
    expect(fired).to.deep.equal([10, 10, 15]);
    expect(clock.nextEvent).to.equal(99);
  });

  it('never fires what was cancelled, and forgets when it would have been due', () => {
    const clock = new Clock();
    const event = clock.schedule(ns(10), () => expect.fail('fired'));
    clock.schedule(ns(30), () => {});
    expect(clock.nextEvent).to.equal(10);
    clock.cancel(event);
    expect(clock.nextEvent).to.equal(30);
    clock.advance(ns(20));
    expect(clock.now).to.equal(20);
    clock.cancel(event);
  });

  it('a cancelled event at the end leaves nothing due', () => {
    const clock = new Clock();
    clock.cancel(clock.schedule(ns(10), () => expect.fail('fired')));
    clock.advanceTo(ns(50));
    expect(clock.now).to.equal(50);
    expect(clock.nextEvent).to.equal(FOREVER);
  });

  it('takes an event for the present instant, which fires when time next passes or is asked to', () => {
    const clock = new Clock();
    clock.advance(ns(5));
    let fired = false;
    clock.schedule(ns(5), () => (fired = true));
    clock.advanceTo(ns(5));
    expect(fired).to.equal(true);
    expect(clock.now).to.equal(5);
  });

  it('does not go back', () => {
    const clock = new Clock();
    clock.advance(ns(5));
    clock.advanceTo(ns(3));
    expect(clock.now).to.equal(5);
    expect(() => clock.schedule(ns(4), () => {})).to.throw(KernelPanic, 'in the past');
  });

  it('stops the board where whole nanoseconds end (2^53)', () => {
    expect(() => new Clock().advanceTo(ns(2 ** 53))).to.throw(KernelPanic, '104 days');
    const busy = new Clock();
    busy.schedule(ns(1), () => {});
    expect(() => busy.advanceTo(ns(2 ** 53))).to.throw(KernelPanic, '104 days');
  });

  it('refuses an instant or a duration that is not a number', () => {
    expect(() => new Clock().schedule(ns(NaN), () => {})).to.throw(KernelPanic);
    expect(() => new Clock().advance(ns(NaN))).to.throw(KernelPanic);
    expect(() => new Clock().advanceTo(FOREVER)).to.throw(KernelPanic);
  });

  it('lets an event happen at another instant than hardware meant, when it is told so', () => {
    const clock = new Clock();
    const fired: number[] = [];
    clock.instantOf = (meant) => ns(meant === 10 ? 30 : meant);
    for (const time of [10, 20]) {
      clock.schedule(ns(time), () => fired.push(clock.now));
    }
    expect(clock.nextEvent).to.equal(20);
    clock.advanceTo(ns(40));
    expect(fired).to.deep.equal([20, 30]);
  });
});
