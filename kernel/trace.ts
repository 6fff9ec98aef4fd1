// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What happened, in order: recorded in typed arrays without an object per record, decoded on demand.
 *
 * NON-TOCK. Names, fields and units are fixed in `doc/TRACE.md`. Listeners only watch: nothing that a
 * listener does reaches the simulation.
 */
import { EventEmitter } from 'eventemitter3';
import { assert } from './assert.ts';
import type { Clock } from './clock.ts';

/** How a field's words are to be read. `u64` takes two words, low first; `text` is an interned string. */
export type FieldKind = 'u32' | 'hex' | 'i32' | 'u64' | 'text';

interface EventShape {
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldKind>>;
}

/** Each kind of record; its index is stored in the ring. At most five words of fields. */
export const TRACE_EVENTS = [
  { name: 'powerOn', fields: { epochMilliseconds: 'u64' } },
  { name: 'processStarted', fields: { identifier: 'u32', name: 'text', restarts: 'u32' } },
  { name: 'syscall', fields: { class: 'u32', r0: 'hex', r1: 'hex', r2: 'hex', r3: 'hex' } },
  { name: 'syscallReturn', fields: { r0: 'hex', r1: 'hex', r2: 'hex', r3: 'hex' } },
  {
    name: 'upcallScheduled',
    fields: { driver: 'hex', subscribe: 'u32', arg0: 'u32', arg1: 'u32', arg2: 'u32' },
  },
  { name: 'upcallDropped', fields: { driver: 'hex', subscribe: 'u32' } },
  { name: 'upcallCancelled', fields: { driver: 'hex', subscribe: 'u32', count: 'u32' } },
  {
    name: 'upcallDelivered',
    fields: { driver: 'hex', subscribe: 'u32', arg0: 'u32', arg1: 'u32', arg2: 'u32' },
  },
  {
    name: 'waitForReturned',
    fields: { driver: 'hex', subscribe: 'u32', arg0: 'u32', arg1: 'u32', arg2: 'u32' },
  },
  { name: 'processExited', fields: { completionCode: 'u32' } },
  { name: 'processFaulted', fields: { reason: 'text' } },
  { name: 'processStopped', fields: {} },
  { name: 'processResumed', fields: {} },
  { name: 'grantAllocated', fields: { driver: 'hex', address: 'hex', bytes: 'u32' } },
  { name: 'grantRefused', fields: { driver: 'hex', reason: 'text' } },
  { name: 'callbackViolation', fields: { driver: 'hex', subscribe: 'u32', reason: 'text' } },
  { name: 'syscallFiltered', fields: { class: 'u32', driver: 'hex', error: 'u32' } },
  { name: 'timesliceExpired', fields: {} },
  { name: 'flashProgram', fields: { address: 'hex', length: 'u32' } },
  { name: 'flashErase', fields: { address: 'hex', length: 'u32' } },
  { name: 'flashDone', fields: {} },
  { name: 'storeStarted', fields: { operation: 'text', key: 'u32' } },
  {
    name: 'storeFinished',
    fields: { operation: 'text', status: 'u32', value1: 'u32', value2: 'u32' },
  },
  { name: 'console', fields: { text: 'text' } },
] as const satisfies readonly EventShape[];

/** The name of a kind of record. */
export type TraceEventName = (typeof TRACE_EVENTS)[number]['name'];

/** Number of each kind of record, by name. */
export const TraceEvent = Object.fromEntries(
  TRACE_EVENTS.map((event, index) => [event.name, index]),
) as Readonly<Record<TraceEventName, number>>;

/** Stands for "no process" in a record. */
export const NO_PROCESS = 0xff;

/** One record, decoded. `t` is nanoseconds since power-on; `process` is the slot. */
export interface TraceRecord {
  readonly t: number;
  readonly event: TraceEventName;
  readonly process?: number;
  readonly fields: Readonly<Record<string, number | string>>;
}

type TraceListeners = Record<TraceEventName | 'record', (record: TraceRecord) => void>;

const STRIDE = 6;

/** A ring of records. With no listener it keeps the latest; with one, each is delivered in order. */
export class Trace {
  /** Checked by every caller before `record`: off costs one branch. */
  enabled = false;
  private readonly emitter = new EventEmitter<TraceListeners>();
  private readonly times: Float64Array;
  private readonly words: Uint32Array;
  private written = 0;
  private delivered = 0;
  private readonly texts: string[] = [];
  private readonly textIndex = new Map<string, number>();
  private clock: Clock | undefined;

  /** @param capacity records held; a power of two. */
  constructor(private readonly capacity = 16384) {
    assert(
      capacity >= 1 && Number.isInteger(Math.log2(capacity)),
      'a trace holds a number of records that is a power of two',
    );
    this.times = new Float64Array(capacity);
    this.words = new Uint32Array(capacity * STRIDE);
  }

  /** Names the clock whose time is recorded: at each power-on. */
  attach(clock: Clock): void {
    this.clock = clock;
    if (!this.enabled) return;
    const epoch = clock.epochMilliseconds;
    this.record(TraceEvent.powerOn, NO_PROCESS, epoch, Math.floor(epoch / 2 ** 32));
  }

  /** Starts recording and calls the listener for each record of a kind, or of all (`record`). */
  on(event: TraceEventName | 'record', listener: (record: TraceRecord) => void): void {
    this.flush();
    this.enabled = true;
    this.emitter.on(event, listener);
  }

  /** Starts recording without a listener. */
  start(): void {
    this.enabled = true;
  }

  /** Stops recording; what was recorded is delivered. */
  stop(): void {
    this.flush();
    this.enabled = false;
  }

  /** Appends a record of the present instant. */
  record(event: number, process: number, a = 0, b = 0, c = 0, d = 0, e = 0): void {
    const at = this.written & (this.capacity - 1);
    this.times[at] = this.clock?.now ?? 0;
    const words = this.words;
    const base = at * STRIDE;
    words[base] = event | (process << 8);
    words[base + 1] = a;
    words[base + 2] = b;
    words[base + 3] = c;
    words[base + 4] = d;
    words[base + 5] = e;
    this.written++;
    if (this.written - this.delivered >= this.capacity) this.flush();
  }

  /** The number that stands for a string in `text` fields. */
  text(value: string): number {
    let index = this.textIndex.get(value);
    if (index === undefined) {
      index = this.texts.push(value) - 1;
      this.textIndex.set(value, index);
    }
    return index;
  }

  /** Records made so far. */
  get count(): number {
    return this.written;
  }

  /** Hands what was recorded to the listeners. The kernel does so when it stops running. */
  flush(): void {
    const end = this.written;
    if (this.emitter.eventNames().length > 0) {
      for (let at = this.delivered; at < end; at++) this.deliver(this.decode(at));
    }
    this.delivered = end;
  }

  /** The latest records still in the ring, oldest first. */
  latest(count = this.capacity): TraceRecord[] {
    const records: TraceRecord[] = [];
    const first = Math.max(0, this.written - Math.min(count, this.capacity));
    for (let at = first; at < this.written; at++) records.push(this.decode(at));
    return records;
  }

  private deliver(record: TraceRecord): void {
    this.emitter.emit(record.event, record);
    this.emitter.emit('record', record);
  }

  private decode(index: number): TraceRecord {
    const at = index & (this.capacity - 1);
    const base = at * STRIDE;
    const head = this.words[base] ?? 0;
    const shape: EventShape = TRACE_EVENTS[head & 0xff] ?? TRACE_EVENTS[0];
    const fields = this.decodeFields(shape.fields, base + 1);
    const common = { t: this.times[at] ?? 0, event: shape.name as TraceEventName, fields };
    const process = head >>> 8;
    return process === NO_PROCESS ? common : { ...common, process };
  }

  private decodeFields(shape: EventShape['fields'], base: number): Record<string, number | string> {
    const fields: Record<string, number | string> = {};
    let at = base;
    for (const [name, kind] of Object.entries(shape)) {
      const word = this.words[at++] ?? 0;
      if (kind === 'text') fields[name] = this.texts[word] ?? '';
      else if (kind === 'u64') fields[name] = word + (this.words[at++] ?? 0) * 2 ** 32;
      else fields[name] = kind === 'i32' ? word | 0 : word;
    }
    return fields;
  }
}
