// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Records for the tests of trace forms, made with the kernel's own `Trace`. NON-TOCK. */
import { Clock } from '#kernel/clock';
import { ns, us } from '#kernel/time';
import { NO_PROCESS, Trace, TraceEvent, TRACE_EVENTS, type TraceRecord } from '#kernel/trace';

/** A trace on a clock of its own, and a shorthand that lets time pass and records. */
export function scenario(): {
  trace: Trace;
  at: (microseconds: number, event: keyof typeof TraceEvent, ...words: number[]) => void;
  onBoard: (microseconds: number, event: keyof typeof TraceEvent, ...words: number[]) => void;
  records: () => TraceRecord[];
} {
  const trace = new Trace(256);
  const clock = new Clock(5000);
  trace.start();
  trace.attach(clock);
  const record =
    (process: number) =>
    (microseconds: number, event: keyof typeof TraceEvent, ...words: number[]): void => {
      clock.advanceTo(ns(us(microseconds)));
      trace.record(TraceEvent[event], process, ...words);
    };
  return { trace, at: record(0), onBoard: record(NO_PROCESS), records: () => trace.latest() };
}

/** One record of every kind that there is, with telling numbers in its fields. */
export function oneOfEach(): TraceRecord[] {
  const { trace, at, records } = scenario();
  const word = trace.text('word');
  TRACE_EVENTS.forEach(({ name, fields }, index) => {
    if (name === 'powerOn') return;
    const kinds: string[] = Object.values(fields);
    at(100 * index, name, ...kinds.map((kind, place) => (kind === 'text' ? word : place + 1)));
  });
  return records();
}
