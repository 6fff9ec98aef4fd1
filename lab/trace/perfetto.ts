// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The trace in the Chrome trace event format, which ui.perfetto.dev and chrome://tracing open.
 *
 * NON-TOCK: Tock has no trace. One track a process (system calls and waiting as slices, upcalls as
 * instants with an arrow from the moment they were scheduled), and tracks for flash, store and
 * serial line. Timestamps are microseconds since the device's first power-on, so that power cycles
 * follow each other.
 */
import { SyscallClass, YieldCall } from '#kernel/syscall';
import type { TraceRecord } from '#kernel/trace';
import type { TraceFormatter } from './formatter.ts';
import { driverName } from './driver-names.ts';
import { describeCall, describeReturn, hex, type Words } from './words.ts';

type Fields = TraceRecord['fields'];

/** A slice that has begun. */
interface Open {
  readonly name: string;
  readonly start: number;
  readonly syscallClass: number;
}

/** A track: `pid` groups tracks, `tid` is one of them. */
interface Track {
  readonly pid: number;
  readonly tid: number;
}

const PROCESSES = 1;
const HARDWARE = 2;
const FLASH: Track = { pid: HARDWARE, tid: 1 };
const STORE: Track = { pid: HARDWARE, tid: 2 };
const SERIAL: Track = { pid: HARDWARE, tid: 3 };
const BOARD: Track = { pid: HARDWARE, tid: 0 };

const number = (fields: Fields, name: string): number => Number(fields[name] ?? 0);
const text = (fields: Fields, name: string): string => String(fields[name] ?? '');
const upcallName = (fields: Fields): string =>
  `${driverName(number(fields, 'driver'))}/${text(fields, 'subscribe')}`;
const wordsOf = (fields: Fields): Words => ({
  r0: number(fields, 'r0'),
  r1: number(fields, 'r1'),
  r2: number(fields, 'r2'),
  r3: number(fields, 'r3'),
});

/** Formats one JSON object `{"displayTimeUnit", "traceEvents": [...]}`, an event a line. */
export class Perfetto implements TraceFormatter {
  private lines: string[] = [];
  private first = true;
  private epoch = 0;
  private now = 0;
  private flowId = 0;
  /** Slices that have begun, by track. */
  private readonly open = new Map<string, Open>();
  /** Arrows that wait for their head, by process and upcall. */
  private readonly flows = new Map<string, number[]>();

  begin(): string {
    this.nameProcess(PROCESSES, 'processes');
    this.nameProcess(HARDWARE, 'board');
    this.nameTrack(BOARD, 'power');
    this.nameTrack(FLASH, 'flash');
    this.nameTrack(STORE, 'store');
    this.nameTrack(SERIAL, 'serial line');
    return `{"displayTimeUnit":"ns","traceEvents":[${this.take()}`;
  }

  record(record: TraceRecord): string {
    const { event, process, fields } = record;
    if (event === 'powerOn') this.powerOn(fields);
    this.now = this.epoch + record.t / 1e3;
    const track = { pid: PROCESSES, tid: process ?? 0 };
    switch (event) {
      case 'processStarted':
        this.nameTrack(track, `${process ?? 0} ${text(fields, 'name')}`);
        this.instant(track, 'starts', fields);
        break;
      case 'syscall':
        this.close(track);
        this.begins(track, describeCall(number(fields, 'class'), wordsOf(fields)), fields);
        if (answersNever(fields)) this.close(track);
        break;
      case 'syscallReturn':
        this.returns(track, wordsOf(fields));
        break;
      case 'upcallScheduled':
      case 'upcallDropped':
      case 'upcallCancelled':
      case 'upcallDelivered':
      case 'waitForReturned':
        this.upcall(event, track, fields);
        break;
      case 'processExited':
      case 'processFaulted':
        this.close(track);
        this.instant(track, event, fields);
        break;
      default:
        this.elsewhere(record, track);
    }
    return this.take();
  }

  end(): string {
    for (const key of [...this.open.keys()]) this.closeKey(key);
    return `${this.take()}\n]}\n`;
  }

  /** What happens on the hardware tracks, and what is a mere mark on a process's. */
  private elsewhere({ event, process, fields }: TraceRecord, track: Track): void {
    switch (event) {
      case 'flashProgram':
      case 'flashErase':
        this.close(FLASH);
        this.begins(
          FLASH,
          `${event.slice(5).toLowerCase()} ${hex(number(fields, 'address'))}`,
          fields,
        );
        break;
      case 'flashDone':
        this.close(FLASH);
        break;
      case 'storeStarted':
        this.close(STORE);
        this.begins(STORE, `${text(fields, 'operation')} ${text(fields, 'key')}`, fields);
        break;
      case 'storeFinished':
        this.close(STORE, fields);
        break;
      case 'console':
        this.instant(SERIAL, text(fields, 'text').trimEnd(), fields);
        break;
      default:
        this.instant(process === undefined ? BOARD : track, event, fields);
    }
  }

  private powerOn(fields: Fields): void {
    for (const key of [...this.open.keys()]) this.closeKey(key);
    this.flows.clear();
    this.epoch = number(fields, 'epochMilliseconds') * 1e3;
  }

  private upcall(event: string, track: Track, fields: Fields): void {
    const key = `${track.tid}:${upcallName(fields)}`;
    const waiting = this.flows.get(key) ?? [];
    this.flows.set(key, waiting);
    const name = `upcall ${upcallName(fields)}`;
    switch (event) {
      case 'upcallScheduled':
        waiting.push(this.flowId);
        this.instant(track, `${name} scheduled`, fields);
        this.emit({ ph: 's', cat: 'upcall', id: this.flowId++, name, ...track, ts: this.now });
        return;
      case 'upcallCancelled':
        waiting.splice(0, number(fields, 'count'));
        break;
      case 'upcallDropped': // It was never queued.
        break;
      default:
        this.close(track);
        this.arrive(track, name, waiting.shift());
    }
    this.instant(track, `${name} ${event.replace(/^upcall|^waitFor/, '').toLowerCase()}`, fields);
  }

  private arrive(track: Track, name: string, id: number | undefined): void {
    if (id === undefined) return;
    this.emit({ ph: 'f', bp: 'e', cat: 'upcall', id, name, ...track, ts: this.now });
  }

  private returns(track: Track, words: Words): void {
    const open = this.open.get(keyOf(track));
    const syscallClass = open?.syscallClass ?? SyscallClass.Command;
    this.close(track, { result: describeReturn(syscallClass, words) });
  }

  private begins(track: Track, name: string, fields: Fields): void {
    const syscallClass = number(fields, 'class');
    this.open.set(keyOf(track), { name, start: this.now, syscallClass });
  }

  private close(track: Track, fields: Fields = {}): void {
    this.closeKey(keyOf(track), fields);
  }

  private closeKey(key: string, args: Fields = {}): void {
    const open = this.open.get(key);
    if (open === undefined) return;
    this.open.delete(key);
    const [pid = 0, tid = 0] = key.split(':').map(Number);
    const { name, start } = open;
    this.emit({ ph: 'X', name, pid, tid, ts: start, dur: this.now - start, args });
  }

  private instant(track: Track, name: string, args: Fields): void {
    this.emit({ ph: 'i', s: 't', name, ...track, ts: this.now, args });
  }

  private nameProcess(pid: number, name: string): void {
    this.emit({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name } });
  }

  private nameTrack(track: Track, name: string): void {
    this.emit({ ph: 'M', name: 'thread_name', ...track, args: { name } });
  }

  private emit(event: Readonly<Record<string, unknown>>): void {
    this.lines.push(`${this.first ? '' : ','}\n${JSON.stringify(event)}`);
    this.first = false;
  }

  private take(): string {
    const taken = this.lines.join('');
    this.lines = [];
    return taken;
  }
}

/** A Yield that does not wait: its slice has no end of its own. */
function answersNever(fields: Fields): boolean {
  return (
    number(fields, 'class') === SyscallClass.Yield && number(fields, 'r0') === YieldCall.NoWait
  );
}

function keyOf({ pid, tid }: Track): string {
  return `${pid}:${tid}`;
}
