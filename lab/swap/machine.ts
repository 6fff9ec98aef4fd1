// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A machine with two apps, one capsule and no hardware, that plays the script once.
 *
 * NON-TOCK: takes the place of a board. A clock that gives each step its turn is all that happens by itself.
 */
import { ANSWER_DECODINGS } from '#apps/libtock/answers';
import type { Userspace } from '#apps/libtock/userspace';
import { ScriptBoundary } from '#arch/script/script-boundary';
import { RoundRobin } from '#capsules/system/scheduler/round-robin';
import type { Damage } from '#conformance/ownership-damage';
import { OwnershipOracle } from '#conformance/ownership-oracle';
import { assert, CompileError, KernelPanic } from '#kernel/assert';
import { Clock } from '#kernel/clock';
import { FREE } from '#kernel/costs';
import { DeferredCalls } from '#kernel/deferred-call';
import type { ViolationReaction } from '#kernel/enforcement';
import { Kernel } from '#kernel/kernel';
import { PROFILES } from '#kernel/profile';
import { us } from '#kernel/time';
import { Trace, type TraceRecord } from '#kernel/trace';
import { SWAP_DRIVER } from './capsules/desk.ts';
import type { Capsule } from './capsules/misbehaviour.ts';
import { NUMBERS } from './capsules/parts.ts';
import type { Design } from './designs.ts';
import { buildDriver, type Built } from './drivers.ts';
import { SCENARIO } from './scenario.ts';
import { Timetable, TIMETABLE_DRIVER } from './timetable.ts';
import { Victim } from './victim.ts';

/** What a run is given. */
export interface RunOptions {
  readonly design: Design;
  readonly reaction: ViolationReaction;
  readonly capsule: Capsule;
  /** Gets the trace. */
  readonly onRecord?: ((record: TraceRecord) => void) | undefined;
}

/** Something that happened, and when: each system call takes time, and so has an instant of its own. */
export interface Noted {
  readonly what: string;
  readonly time: number;
}

/** What a run showed. */
export interface Observations {
  /** What the capsule did that it must not. */
  readonly confessions: readonly Noted[];
  /** Methods that waited in vain for the kernel to call them. */
  readonly inVain: readonly string[];
  /** What the kernel reported. */
  readonly reports: readonly Noted[];
  /** What the apps noticed by comparing. */
  readonly notices: readonly Noted[];
  /** What userspace suffered, by the oracle's books. */
  readonly damages: readonly Damage[];
  /** What else it suffered, as lines: bytes that are not what work asked for, and faults. */
  readonly harm: readonly string[];
  /** Where Rust's compiler would have refused the capsule. */
  readonly compileError: string | undefined;
  /** Why the board stopped. */
  readonly panic: string | undefined;
}

const FLASH_START = 0x4_0000;
const FLASH_BYTES = 0x1000;
const RAM_START = 0x2000_0000;
const RAM_BYTES = 0x2000;
const HEADER_BYTES = 0x80;
const PROCESSES = 2;
const TRACE_RECORDS = 256;

/** Plays the script before a capsule. */
export function play(options: RunOptions): Observations {
  return new Machine(options).run();
}

class Machine {
  private readonly clock = new Clock();
  private readonly deferredCalls = new DeferredCalls();
  private readonly trace = new Trace(TRACE_RECORDS);
  private readonly oracle: OwnershipOracle;
  private readonly kernel: Kernel;
  private readonly timetable: Timetable;
  private readonly built: Built;
  private readonly victims: (Victim | undefined)[] = [];
  private readonly confessions: Noted[] = [];
  private readonly reports: Noted[] = [];
  private readonly notices: Noted[] = [];
  private readonly harm: string[] = [];

  constructor(options: RunOptions) {
    const { design, reaction, capsule, onRecord } = options;
    const profile = PROFILES[design];
    this.oracle = new OwnershipOracle({ profile, now: () => this.clock.now });
    if (onRecord !== undefined) this.trace.on('record', onRecord);
    this.listen();
    const { clock, deferredCalls, trace, oracle } = this;
    this.kernel = new Kernel({
      clock,
      deferredCalls,
      profile,
      trace,
      reaction,
      watch: oracle,
      costs: { ...FREE, syscall: us(1) },
    });
    this.timetable = new Timetable(
      this.kernel,
      SCENARIO.map(({ who }) => who),
      () => {
        this.settle();
      },
    );
    const confess = (what: string): void => void this.confessions.push(this.note(what));
    this.built = buildDriver({ kernel: this.kernel, deferredCalls, design, confess }, capsule);
    oracle.judge(SWAP_DRIVER, { upcalls: NUMBERS, readWrite: NUMBERS });
    for (let slot = 0; slot < PROCESSES; slot++) this.load(slot);
  }

  run(): Observations {
    const { driver, inVain } = this.built;
    const { timetable, confessions, reports, notices, harm } = this;
    const drivers = new Map([
      [SWAP_DRIVER, driver],
      [TIMETABLE_DRIVER, timetable],
    ]);
    const stopped = stopOf(() => {
      this.kernel.run({
        syscallDriverLookup: { driver: (number) => drivers.get(number), all: () => drivers },
        scheduler: new RoundRobin(),
        chip: timetable,
      });
    });
    this.trace.flush();
    const isCompileError = stopped instanceof CompileError;
    return {
      confessions,
      inVain,
      reports,
      notices,
      damages: this.oracle.damages,
      harm,
      compileError: isCompileError ? stopped.message : undefined,
      panic: isCompileError ? undefined : stopped?.message,
    };
  }

  private listen(): void {
    this.trace.on('callbackViolation', ({ t, fields }) => {
      this.reports.push({ what: `the driver gave back ${String(fields['reason'])}`, time: t });
    });
    this.trace.on('grantRefused', ({ t, fields }) => {
      if (fields['driver'] === SWAP_DRIVER)
        this.reports.push({ what: String(fields['reason']), time: t });
    });
    this.trace.on('processFaulted', ({ process = -1, fields }) => {
      this.harm.push(`fault: process ${process.toString()}: ${String(fields['reason'])}`);
    });
  }

  private load(slot: number): void {
    const flash = new Uint8Array(FLASH_BYTES);
    const boundary = new ScriptBoundary(this.clock, (context) => {
      const victim = new Victim(context, {
        slot,
        answers: ANSWER_DECODINGS[this.kernel.profile.answers],
        oracle: this.oracle,
        notice: (what) => void this.notices.push(this.note(what)),
      });
      this.victims[slot] = victim;
      return program(victim);
    });
    const created = this.kernel.createProcess({
      name: `app${slot.toString()}`,
      boundary,
      flash: {
        start: FLASH_START + slot * FLASH_BYTES,
        size: FLASH_BYTES,
        protectedSize: HEADER_BYTES,
        read: (offset, length) => flash.subarray(offset, offset + length),
      },
      ram: { start: RAM_START + slot * RAM_BYTES, size: RAM_BYTES },
    });
    assert(created.ok, 'there is room for two processes');
  }

  private note(what: string): Noted {
    return { what, time: this.clock.now };
  }

  /** Between steps all work is done. */
  private settle(): void {
    this.oracle.finish();
    for (const [slot, victim] of this.victims.entries()) {
      const wrong = victim?.wrongBytes() ?? [];
      const [first] = wrong;
      if (first === undefined) continue;
      victim?.acceptBytes(wrong);
      const place = `process ${slot.toString()}: ${wrong.length.toString()} bytes from 0x${first.toString(16)} on`;
      this.harm.push(`wrong-bytes: ${place} are not what its work asked for`);
    }
  }
}

function* program(victim: Victim): Userspace<never> {
  yield* victim.start();
  return yield* victim.obey(TIMETABLE_DRIVER, (turn) => SCENARIO[turn]?.act(victim) ?? nothing());
}

function* nothing(): Userspace {
  // A step that is not there.
}

/** The panic that an act ends in, if it does. */
function stopOf(act: () => void): KernelPanic | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof KernelPanic) return error;
    throw error;
  }
}
