// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One run of a board with at most one intervention, and what was to be seen of it.
 *
 * NON-TOCK. A run has two parts: the apps, until they ended or nothing happens any more; then the next
 * client, which uses every driver. Everything begins anew each time, on cells that are put back.
 */
import { everyClient, type Client, type ClientArgs } from './clients.ts';
import { idleState, type IdleState } from './idle.ts';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { App, AppMain, Board, BoardKind } from '#boards/board';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { FlashSnapshot } from '#chips/silicon/part';
import { KernelPanic } from '#kernel/assert';
import { ProcessState } from '#kernel/process';
import type { Process } from '#kernel/process-standard';
import { FOREVER, ms, ns, seconds, type Nanoseconds } from '#kernel/time';
import { Trace, type TraceRecord } from '#kernel/trace';

/** What runs, and on what. */
export interface Setup {
  readonly board: BoardKind;
  readonly faithful: readonly string[];
  /** The process that the blades fall on. */
  readonly victim: { readonly name: string; readonly main: AppMain; readonly args?: unknown };
  /** What runs beside it and must not notice. */
  readonly neighbour: Client;
  /** See `Client.attended`. */
  readonly attended: boolean;
}

/** What is done to a process. A stopped one is resumed when nothing else happens any more. */
export const BLADES = ['kill', 'stop', 'fault', 'restart'] as const;
/** One of them. */
export type Blade = (typeof BLADES)[number];

/** At most one of these happens in a run. */
export type Intervention =
  | { readonly kind: 'none' }
  /** A moment is after a piece of the kernel's work; they are counted from 0. */
  | { readonly kind: Blade; readonly moment: number }
  /** What hardware means to do at an instant, happens at another. Its events are counted from 0. */
  | { readonly kind: 'interrupt'; readonly event: number; readonly instant: Nanoseconds };

/** Something that hardware means to do. */
export interface MeantEvent {
  readonly from: Nanoseconds;
  readonly meant: Nanoseconds;
}

/** A moment after a piece of work. */
export interface Moment {
  readonly time: Nanoseconds;
  /** How many records the trace had. */
  readonly records: number;
}

/** How a process ended up. */
export interface Ending {
  readonly name: string;
  readonly state: ProcessState;
  readonly completionCode: number | undefined;
  /** The driver whose upcall it waits for. */
  readonly waitsFor: number | undefined;
}

/** What was to be seen. */
export interface Observation {
  /** Why there is no more: a panic, or an exception that no app threw. */
  readonly panic: string | undefined;
  readonly records: readonly TraceRecord[];
  readonly victim: Ending;
  readonly neighbour: Ending;
  readonly next: Ending | undefined;
  /** What left on the serial line. */
  readonly output: string;
  /** The drivers when the next client was done. */
  readonly idle: IdleState;
  readonly moments: readonly Moment[];
  readonly events: readonly MeantEvent[];
}

/** Slots of the processes. */
export const VICTIM_SLOT = 0;
export const NEIGHBOUR_SLOT = 1;
const NEXT_SLOT = 2;
/** How long a part of a run may take: a hundred times what the longest client needs. */
const PART = seconds(60);
const SETTLING_MILLISECONDS = 1000;
/** Few, because a boot reads each of them. */
const STORE_PAGES = 3;
/** Records of the apps' part that are kept: what is older is not compared. */
const TRACE_RECORDS = 2 ** 16;
/** Somebody presses, or types, this often and so many times. */
const PERIOD = ms(3);
const TIMES = 400;

/** Runs the same setup again and again. */
export class Laboratory {
  private readonly cells: NorFlash;
  private readonly trace = new Trace(TRACE_RECORDS);
  private readonly formatted: FlashSnapshot;

  constructor(private readonly setup: Setup) {
    this.cells = setup.board.freshFlash();
    // The persistent store formats its pages before any app runs: once is enough.
    setup.board.boot({ flash: this.cells, storePages: STORE_PAGES }).run(PART);
    this.formatted = this.cells.snapshot();
  }

  /** One run. */
  run(intervention: Intervention): Observation {
    this.cells.restore(this.formatted);
    return new Trial(this.setup, this.cells, this.trace, intervention).run();
  }
}

class Trial {
  private readonly moments: Moment[] = [];
  private readonly events: MeantEvent[] = [];
  private readonly board: Board;
  /** Records of the runs before. */
  private readonly earlier: number;
  private readonly decoder = new TextDecoder();
  private output = '';
  private moment = 0;
  private victim: Process | undefined;
  /** When the part of the run ends at the latest: that is no hardware's event. */
  private until: Nanoseconds = FOREVER;
  /** Whether the apps run: then moments and events are counted. */
  private counting = false;

  constructor(
    private readonly setup: Setup,
    flash: NorFlash,
    private readonly trace: Trace,
    private readonly intervention: Intervention,
  ) {
    this.earlier = trace.count;
    trace.enabled = true;
    this.board = setup.board.boot({
      flash,
      trace,
      faithful: setup.faithful,
      storePages: STORE_PAGES,
      afterWork: () => {
        if (this.counting && this.victim !== undefined && this.victim.syscallCount > 0) {
          this.atMoment();
        }
      },
      onConsole: (bytes) => {
        this.output += this.decoder.decode(bytes);
      },
    });
    this.board.clock.instantOf = (meant) =>
      this.counting && meant !== this.until ? this.instantOf(meant) : meant;
  }

  run(): Observation {
    const { setup } = this;
    const victim = this.load(setup.victim.name, VICTIM_SLOT, setup.victim.main, setup.victim.args);
    const neighbour = this.load('neighbour', NEIGHBOUR_SLOT, setup.neighbour.main);
    this.victim = victim;
    let next: Process | undefined;
    const panic = caught(() => {
      this.counting = true;
      this.runApps([victim, neighbour], setup.attended);
      this.counting = false;
    });
    const records = this.trace.latest(this.trace.count - this.earlier);
    // What the next client does is not compared.
    this.trace.enabled = false;
    const stopped = [endingOf(victim), endingOf(neighbour)] as const;
    const nextPanic =
      panic ??
      caught(() => {
        next = this.load('next', NEXT_SLOT, (tock) => this.nextClient(tock));
        this.runApps([next], false);
      });
    return {
      panic: nextPanic,
      records,
      victim: stopped[0],
      neighbour: stopped[1],
      next: next === undefined ? undefined : endingOf(next),
      output: this.output,
      idle: idleState(this.board.drivers.values()),
      moments: this.moments,
      events: this.events,
    };
  }

  /** Lets what the dead left under way come to its end before it begins. */
  private *nextClient(tock: Libtock): Userspace<number> {
    yield* tock.alarm.sleep(SETTLING_MILLISECONDS);
    const person = new Person(this.board, () => true);
    person.act();
    const code = yield* everyClient(tock);
    person.leave();
    return code;
  }

  private load(name: string, who: number, main: AppMain, given?: unknown): Process {
    const alone = who === NEXT_SLOT;
    const peer = alone ? name : this.setup.victim.name;
    const args: ClientArgs = { who, name, peer, alone };
    const app: App = { name, main, args: given ?? args };
    return this.board.load(app);
  }

  /** Until they ended, or nothing happens any more even for a victim that is resumed. */
  private runApps(apps: readonly Process[], attended: boolean): void {
    this.runPart(apps, attended);
    if (this.victim?.state !== ProcessState.Stopped) return;
    this.victim.resume();
    this.runPart(apps, attended);
  }

  private runPart(apps: readonly Process[], attended: boolean): void {
    const { board } = this;
    const person = new Person(board, () => apps.some((app) => app.isActive()));
    if (attended) person.act();
    this.until = ns(board.clock.now + PART);
    board.run(this.until);
    person.leave();
  }

  private atMoment(): void {
    const { intervention, victim } = this;
    const moment = this.moment++;
    if (intervention.kind === 'none') {
      this.moments.push({ time: this.board.clock.now, records: this.trace.count - this.earlier });
    } else if ('moment' in intervention && intervention.moment === moment) {
      if (victim !== undefined) strike(victim, intervention.kind);
    }
  }

  private instantOf(meant: Nanoseconds): Nanoseconds {
    const { intervention } = this;
    const { now } = this.board.clock;
    const event = this.events.push({ from: now, meant }) - 1;
    const chosen = intervention.kind === 'interrupt' && intervention.event === event;
    return chosen && intervention.instant > now ? intervention.instant : meant;
  }
}

function strike(victim: Process, blade: Blade): void {
  if (!victim.isActive()) return;
  switch (blade) {
    case 'kill':
      victim.terminate(undefined);
      return;
    case 'stop':
      victim.stop();
      return;
    case 'fault':
      victim.setFaultState('the laboratory');
      return;
    case 'restart':
      victim.tryRestart(undefined);
  }
}

/** Somebody in front of the board, who presses a button and types until nobody waits any more. */
class Person {
  private times = 0;
  private pressed = false;
  private here = true;

  constructor(
    private readonly board: Board,
    private readonly anybodyWaits: () => boolean,
  ) {}

  act(): void {
    const { clock } = this.board;
    // A person is no hardware: when they act is not for the laboratory to vary.
    const { instantOf } = clock;
    clock.instantOf = undefined;
    clock.schedule(ns(clock.now + PERIOD), () => {
      if (!this.here || !this.anybodyWaits() || this.times++ === TIMES) return;
      this.press();
      this.act();
    });
    if (this.times > 0) this.board.panel.type(Uint8Array.of(KEY));
    clock.instantOf = instantOf;
  }

  leave(): void {
    this.here = false;
  }

  private press(): void {
    const button = this.board.panel.buttons[0];
    this.pressed = !this.pressed;
    if (this.pressed) button?.press();
    else button?.release();
  }
}

const KEY = 0x78;

function endingOf({ name, state, completionCode, awaited }: Process): Ending {
  const waitsFor = state === ProcessState.YieldedFor ? awaited.driverNum : undefined;
  return { name, state, completionCode, waitsFor };
}

/** What a panic, or any other exception out of the kernel, says. */
function caught(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof KernelPanic) return thrown.message;
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  }
}
