// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The trace in the Chrome trace event format. NON-TOCK. */
import { expect } from 'chai';
import { TRACE_EVENTS, type TraceRecord } from '#kernel/trace';
import { formatAll } from '#lab/trace/formatter';
import { Perfetto } from '#lab/trace/perfetto';
import { oneOfEach, scenario } from './records.ts';

interface ChromeEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

function chrome(records: readonly TraceRecord[]): ChromeEvent[] {
  const parsed = JSON.parse(formatAll(new Perfetto(), records)) as { traceEvents: ChromeEvent[] };
  return parsed.traceEvents;
}

describe('Perfetto', () => {
  it('draws a system call as a slice from trap to answer, in µs since the first power-on', () => {
    const { at, records } = scenario();
    at(10, 'syscall', 2, 1, 1, 14, 0);
    at(95, 'syscallReturn', 129, 3);
    const slices = chrome(records()).filter(({ ph }) => ph === 'X');
    expect(slices).to.deep.equal([
      {
        ph: 'X',
        name: 'command(console, 1, 14, 0)',
        pid: 1,
        tid: 0,
        ts: 5_000_010,
        dur: 85,
        args: { result: 'Success(3)' },
      },
    ]);
  });

  it('draws waiting until an upcall as a slice, and an arrow from schedule to delivery', () => {
    const { at, records } = scenario();
    at(10, 'syscall', 0, 1);
    at(40, 'upcallScheduled', 0, 0, 1, 2, 3);
    at(50, 'upcallDelivered', 0, 0, 1, 2, 3);
    const events = chrome(records());
    const slice = events.find(({ ph }) => ph === 'X');
    expect(slice).to.include({ name: 'yield-wait', dur: 40 });
    const [tail, head] = ['s', 'f'].map((ph) => events.find((event) => event.ph === ph));
    expect(tail).to.include({ ts: 5_000_040 });
    expect(head).to.include({ ts: 5_000_050, id: tail?.id, name: tail?.name });
  });

  it('an upcall that was cancelled leaves no arrow for the next one', () => {
    const { at, records } = scenario();
    at(10, 'upcallScheduled', 0, 0, 1, 2, 3);
    at(20, 'upcallCancelled', 0, 0, 1);
    at(30, 'upcallScheduled', 0, 0, 1, 2, 3);
    at(40, 'upcallDelivered', 0, 0, 1, 2, 3);
    const events = chrome(records());
    const tails = events.filter(({ ph }) => ph === 's');
    expect(events.filter(({ ph }) => ph === 'f').map(({ id }) => id)).to.deep.equal([tails[1]?.id]);
  });

  it('draws flash work on a track of the board', () => {
    const { onBoard, records } = scenario();
    onBoard(100, 'flashErase', 0xc0000, 4096);
    onBoard(85_100, 'flashDone');
    const slice = chrome(records()).find(({ ph }) => ph === 'X');
    expect(slice).to.include({ name: 'erase 0xc0000', pid: 2, dur: 85_000 });
  });

  it('ends every slice when the power goes', () => {
    const { at, records, trace } = scenario();
    at(10, 'syscall', 0, 1);
    at(20, 'powerOn', 9000, 0);
    at(30, 'timesliceExpired');
    const events = chrome([...records()]);
    expect(events.find(({ ph }) => ph === 'X')).to.include({ ts: 5_000_010, dur: 0 });
    expect(events.at(-1)).to.include({ ts: 9_000_030 });
    expect(trace.count).to.equal(4);
  });

  it('is one JSON document for every kind of event', () => {
    const events = chrome(oneOfEach());
    for (const { ts, ph } of events) if (ph !== 'M') expect(ts).to.be.at.least(5_000_000);
    expect(events.length).to.be.at.least(TRACE_EVENTS.length);
  });
});
