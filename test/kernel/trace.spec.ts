// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The trace: every record once, in order, decoded as written, and without effect.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Clock } from '#kernel/clock';
import { KernelPanic } from '#kernel/assert';
import { ns } from '#kernel/time';
import { NO_PROCESS, Trace, TRACE_EVENTS, TraceEvent, type TraceRecord } from '#kernel/trace';
import { DRIVER, Testbench } from '../support/testbench.ts';

function started(capacity?: number): Trace {
  const trace = new Trace(capacity);
  trace.start();
  return trace;
}

describe('Trace', () => {
  it('numbers each kind of record; at most five words each', () => {
    const u64 = (kind: string): number => (kind === 'u64' ? 2 : 1);
    for (const [index, { name, fields }] of TRACE_EVENTS.entries()) {
      expect(TraceEvent[name]).to.equal(index);
      const words = Object.values(fields).reduce((sum, kind) => sum + u64(kind), 0);
      expect(words, name).to.be.at.most(5);
    }
  });

  it('decodes what was recorded: time, kind, process, fields', () => {
    const trace = started();
    const clock = new Clock();
    trace.attach(clock);
    clock.advance(ns(123_456_789_012));
    trace.record(TraceEvent.syscall, 3, 2, 0x9000, 1, 0xffff_ffff, -1);
    expect(trace.latest(1)).to.deep.equal([
      {
        t: 123_456_789_012,
        event: 'syscall',
        process: 3,
        fields: { class: 2, r0: 0x9000, r1: 1, r2: 0xffff_ffff, r3: 0xffff_ffff },
      },
    ]);
  });

  it('keeps 64-bit fields exact and texts once', () => {
    const trace = started();
    trace.attach(new Clock(2 ** 40 + 5));
    expect(trace.latest()[0]).to.deep.equal({
      t: 0,
      event: 'powerOn',
      fields: { epochMilliseconds: 2 ** 40 + 5 },
    });
    expect(trace.text('a')).to.equal(trace.text('a'));
    trace.record(TraceEvent.console, NO_PROCESS, trace.text('b'));
    expect(trace.latest(1)[0]?.fields).to.deep.equal({ text: 'b' });
    expect(trace.latest(1)[0]).not.to.have.property('process');
  });

  it('keeps the latest records when the ring is full, oldest first', () => {
    const trace = started(4);
    for (let value = 0; value < 10; value++) trace.record(TraceEvent.processExited, 0, value);
    expect(trace.count).to.equal(10);
    expect(trace.latest().map(({ fields }) => fields['completionCode'])).to.deep.equal([
      6, 7, 8, 9,
    ]);
    expect(trace.latest(2).map(({ fields }) => fields['completionCode'])).to.deep.equal([8, 9]);
  });

  it('delivers each record once and in order, however small the ring', () => {
    const trace = new Trace(4);
    const seen: TraceRecord[] = [];
    trace.on('record', (record) => seen.push(record));
    for (let value = 0; value < 10; value++) {
      trace.record(TraceEvent.processExited, 0, value);
      if (value === 6) trace.flush();
    }
    trace.flush();
    trace.flush();
    expect(seen.map(({ fields }) => fields['completionCode'])).to.deep.equal([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('a listener for one kind hears that kind only', () => {
    const trace = new Trace();
    const seen: string[] = [];
    trace.on('processStopped', ({ event }) => seen.push(event));
    trace.record(TraceEvent.processResumed, 0);
    trace.record(TraceEvent.processStopped, 0);
    trace.flush();
    expect(seen).to.deep.equal(['processStopped']);
  });

  it('a listener hears nothing of what was before it', () => {
    const trace = started();
    trace.record(TraceEvent.processStopped, 0);
    const seen: TraceRecord[] = [];
    trace.on('record', (record) => seen.push(record));
    trace.record(TraceEvent.processResumed, 0);
    trace.flush();
    expect(seen.map(({ event }) => event)).to.deep.equal(['processResumed']);
  });

  it('delivers what was recorded when it is stopped, and records nothing from then on', () => {
    const trace = new Trace();
    const seen: string[] = [];
    trace.on('record', ({ event }) => seen.push(event));
    trace.record(TraceEvent.processStopped, 0);
    trace.stop();
    expect([seen, trace.enabled]).to.deep.equal([['processStopped'], false]);
  });

  it('is off until somebody wants it', () => {
    const bench = new Testbench();
    bench.spawn(function* (process) {
      yield* process.command(DRIVER, 0);
    });
    bench.run();
    expect(bench.trace.count).to.equal(0);
  });

  it('takes a capacity that is a power of two, and no other', () => {
    for (const capacity of [0, 3, 100, -4, 2.5]) {
      expect(() => new Trace(capacity), String(capacity)).to.throw(KernelPanic, 'power of two');
    }
  });

  it('says in order what a process did', () => {
    const bench = new Testbench();
    bench.trace.start();
    bench.spawn(
      function* (process) {
        yield* process.subscribe(DRIVER, 0, process.recorder([]), 5);
        yield* process.command(DRIVER, 1, 0, 10);
        yield* process.yieldWait();
        yield* process.exit(0, 3);
      },
      { name: 'talker' },
    );
    bench.run();
    expect(bench.trace.latest().map(({ event }) => event)).to.deep.equal([
      'processStarted',
      'syscall',
      'grantAllocated',
      'syscallReturn',
      'syscall',
      'upcallScheduled',
      'syscallReturn',
      'syscall',
      'upcallDelivered',
      'syscall',
      'processExited',
    ]);
    const [start, , grant] = bench.trace.latest();
    expect(start?.fields).to.deep.equal({ identifier: 0, name: 'talker', restarts: 0 });
    expect(grant?.fields['driver']).to.equal(DRIVER);
    const delivered = bench.trace.latest().find(({ event }) => event === 'upcallDelivered');
    expect(delivered?.fields).to.deep.equal({
      driver: DRIVER,
      subscribe: 0,
      arg0: 10,
      arg1: 11,
      arg2: 12,
    });
  });
});
