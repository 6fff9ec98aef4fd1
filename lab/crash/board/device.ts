// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A device that lives through power cuts: a whole board, with kernel, capsules and apps, whose power goes
 * at instants of virtual time.
 *
 * NON-TOCK. The cells outlive a cut, and the harness remembers what the apps were told. After each power-on
 * the first thing that each app does is to read everything back, through the drivers; that is judged, and
 * the apps go on where they were.
 */
import { main as authenticator, type AuthenticatorState } from '#apps/authenticator';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { WorkloadLine } from '#apps/workload';
import type { Board, BoardKind, StoreHil } from '#boards/board';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { FlashSnapshot } from '#chips/silicon/part';
import { KernelPanic } from '#kernel/assert';
import { Random } from '#kernel/random';
import { ns, seconds, type Nanoseconds } from '#kernel/time';
import { Trace, type TraceRecord } from '#kernel/trace';
import { Counter } from './counter.ts';
import { Model, type CutVerdict } from './model.ts';

/** What a device is and does. */
export interface DeviceOptions {
  readonly board: BoardKind;
  readonly hil: StoreHil;
  readonly storePages: number;
  readonly lines: readonly WorkloadLine[];
  /** Draws the bits that a cut leaves moved. */
  readonly seed: number;
  readonly faithful?: readonly string[];
}

/** What a power-on showed, and how it ended. */
export interface PowerOn {
  /** What each app found; nothing, when the power went before it had looked. */
  readonly store: CutVerdict | undefined;
  readonly counter: CutVerdict | undefined;
  /** Why the board stopped by itself, when it did not end well. */
  readonly failure: { readonly verdict: CutVerdict; readonly what: string } | undefined;
  readonly ended: 'cut' | 'done' | 'failed';
  /** Virtual time at the end. */
  readonly time: Nanoseconds;
}

/** How long a power-on may last: virtual time is exact for 104 days. */
const LONGEST = seconds(100 * 86_400);

/** The power went. */
class PowerCut extends Error {}

/** Cells, and what is remembered of them. */
export class Device {
  readonly flash: NorFlash;
  private readonly random: Random;
  private readonly model = new Model();
  private readonly counter = new Counter();
  private readonly state: Partial<AuthenticatorState> = {};
  /** Index of the next line, or of the one in flight. */
  private next = 0;
  private epochMilliseconds = 0;

  /** @param cells a part to use instead of a fresh one; put back first. */
  constructor(
    private readonly options: DeviceOptions,
    cells?: { readonly flash: NorFlash; readonly fresh: FlashSnapshot },
  ) {
    this.flash = cells?.flash ?? options.board.freshFlash();
    if (cells !== undefined) this.flash.restore(cells.fresh);
    this.random = new Random(options.seed);
    // A workload that begins with `boot` means the power-on that happens anyhow.
    if (options.lines[0]?.op === 'boot') this.next = 1;
  }

  /** Whether the workload was done to its end. */
  get isDone(): boolean {
    return this.next >= this.options.lines.length;
  }

  /** Lines that were done. */
  get linesDone(): number {
    return this.next;
  }

  /** Power on, until an instant, or until the workload or a segment of it is over. */
  powerOn(cut?: Nanoseconds, watch?: (record: TraceRecord) => void): PowerOn {
    return new Powered(this.options, this, cut, watch).run();
  }

  /** @internal What the life of one power-on reaches. */
  get memory(): DeviceMemory {
    const { model, counter, state, random, epochMilliseconds } = this;
    return {
      model,
      counter,
      state,
      random,
      epochMilliseconds,
      from: () => this.next,
      goTo: (line) => {
        this.next = line;
      },
      passed: (time) => {
        const { lines } = this.options;
        const last = lines[this.next - 1];
        const planned = last?.op === 'boot' ? last.t : 0;
        const end = this.epochMilliseconds + Math.ceil(time / 1e6);
        this.epochMilliseconds = Math.max(end, planned);
      },
    };
  }
}

interface DeviceMemory {
  readonly model: Model;
  readonly counter: Counter;
  readonly state: Partial<AuthenticatorState>;
  readonly random: Random;
  readonly epochMilliseconds: number;
  readonly from: () => number;
  readonly goTo: (line: number) => void;
  readonly passed: (time: Nanoseconds) => void;
}

/** One power-on. */
class Powered {
  private readonly memory: DeviceMemory;
  private readonly board: Board;
  private store: CutVerdict | undefined;
  private code: number | undefined;
  private panic: string | undefined;

  constructor(
    private readonly options: DeviceOptions,
    device: Device,
    private readonly cut: Nanoseconds | undefined,
    watch: ((record: TraceRecord) => void) | undefined,
  ) {
    const { board, hil, storePages, faithful = [] } = options;
    this.memory = device.memory;
    const trace = new Trace(watch === undefined ? 1 : 4096);
    if (watch !== undefined) trace.on('record', watch);
    this.board = board.boot({
      flash: device.flash,
      epochMilliseconds: this.memory.epochMilliseconds,
      trace,
      hil,
      storePages,
      faithful,
    });
  }

  run(): PowerOn {
    const { board, memory } = this;
    const { counter } = memory;
    board.load({ name: 'authenticator', main: (tock) => this.main(tock) });
    board.load({ name: 'counter', main: (tock) => counter.main(tock) });
    if (this.cut !== undefined) this.scheduleCut(this.cut);
    const wasCut = this.runBoard();
    memory.passed(board.clock.now);
    const failure = wasCut ? undefined : this.failure();
    const ended = wasCut ? 'cut' : failure === undefined ? 'done' : 'failed';
    const { now } = board.clock;
    return { store: this.store, counter: counter.takeVerdict(), failure, ended, time: now };
  }

  private failure(): PowerOn['failure'] {
    if (this.panic !== undefined) return { verdict: 'UNBOOTABLE', what: this.panic };
    if (this.code === 0) return undefined;
    if (this.code === undefined) {
      return { verdict: 'UNBOOTABLE', what: 'the authenticator never ended' };
    }
    const ended = `the authenticator ended with ${this.code}`;
    return { verdict: 'UNREADABLE', what: this.memory.state.difference ?? ended };
  }

  /** What cells keep of an operation under way is drawn; then nothing happens any more. */
  private scheduleCut(instant: Nanoseconds): void {
    const { board, memory } = this;
    board.clock.schedule(instant, () => {
      board.powerLoss(memory.random);
      board.kernel.stop();
      throw new PowerCut();
    });
  }

  /** Whether the run ended with the cut. */
  private runBoard(): boolean {
    try {
      this.board.run(ns(LONGEST));
    } catch (thrown) {
      if (thrown instanceof PowerCut) return true;
      if (!(thrown instanceof KernelPanic)) throw thrown;
      this.panic = `kernel panic: ${thrown.message}`;
    }
    return false;
  }

  /** Reads everything, has it judged, and goes on with the workload. */
  private *main(tock: Libtock): Userspace<number> {
    const { model, state } = this.memory;
    const inFlight = this.memory.from();
    const entries = yield* tock.persistentStore.entries(() => true);
    if (!entries.ok) this.store = 'UNREADABLE';
    else {
      const seen = entries.value.map(
        ({ key, value }) => [key, value ?? new Uint8Array(0)] as const,
      );
      this.store = model.judge(new Map(seen));
    }
    if (this.store === 'NEW') this.memory.goTo(inFlight + 1);
    state.content = new Map(model.content);
    this.code = yield* this.workload(tock);
    this.board.kernel.stop();
    return this.code;
  }

  private *workload(tock: Libtock): Userspace<number> {
    const { memory } = this;
    const { model, state, epochMilliseconds } = memory;
    const { lines } = this.options;
    const args = {
      lines,
      from: memory.from(),
      state,
      epochMilliseconds,
      observer: {
        onLineStart: (index: number): void => {
          const line = lines[index];
          if (line !== undefined) model.begin(line, state.versions ?? new Map<number, number>());
          memory.goTo(index);
        },
        onLineEnd: (index: number): void => {
          model.end();
          memory.goTo(index + 1);
        },
      },
    };
    const code = yield* authenticator(Object.create(tock, { args: { value: args } }) as Libtock);
    if (lines[memory.from()]?.op === 'boot') memory.goTo(memory.from() + 1);
    return code;
  }
}
