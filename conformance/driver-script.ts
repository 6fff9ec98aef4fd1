// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Scripts of system calls, as data, and the machine that plays them against one driver under the oracle.
 *
 * NON-TOCK: takes the place of a board: three processes that do as the script says, no hardware but what the
 * driver's maker brings. The third makes command 0 before and after, and nothing else.
 */
import { CompileError, KernelPanic } from '#kernel/assert';
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import type { AnyDriver } from '#kernel/driver';
import { ErrorCode, errorName } from '#kernel/errorcode';
import { Kernel } from '#kernel/kernel';
import type { KernelResources } from '#kernel/platform/platform';
import type { Process } from '#kernel/process-standard';
import { ProcessState } from '#kernel/process';
import { PROFILES, type ProfileName } from '#kernel/profile';
import { ExitCall, Register, ReturnVariant, SyscallClass, YieldCall } from '#kernel/syscall';
import { FOREVER } from '#kernel/time';
import { damageLine, isOwnershipDamage } from './ownership-damage.ts';
import { OwnershipOracle } from './ownership-oracle.ts';
import { Puppet, type Trap } from './puppet.ts';

/** What a driver is made in. */
export interface DriverSite {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly deferredCalls: DeferredCalls;
  /** Raises an interrupt: the handler runs in the kernel loop. */
  raise(handler: () => void): void;
}

/** A driver, and what the suite should know about it. */
export interface DriverUnderTest {
  readonly driver: AnyDriver;
  /** The number that its grant was made with; default 0x90004. */
  readonly driverNum?: number;
  /** What happens below it when a script says `interrupt`; default: the clock's next event. */
  interrupt?(): void;
}

/** Makes the driver afresh: once for each script and profile. */
export type DriverFactory = (site: DriverSite) => DriverUnderTest;

/** What one step does, and to what numbers: see `perform`. */
export type ScriptStep = readonly [
  op:
    | 'subscribe'
    | 'allowReadWrite'
    | 'allowReadOnly'
    | 'allowReadable'
    | 'command'
    | 'yield'
    | 'exit'
    | 'restart'
    | 'interrupt',
  ...args: number[],
];

/** What `replaySyscallDriver` plays; JSON holds it. */
export interface DriverScript {
  readonly profile: ProfileName;
  readonly steps: readonly ScriptStep[];
}

/** What playing a script showed. */
export interface Played {
  /** What the driver did wrong first, if anything. */
  readonly failure: string | undefined;
  /** Every answer and every upcall, word by word. */
  readonly log: readonly number[];
}

const DRIVER_NUM = 0x90004;
const PROCESSES = 3;
const WITNESS = PROCESSES - 1;
const FLASH_START = 0x40000;
const RAM_START = 0x2000_0000;
const SIZE = 0x1000;
const FUNCTIONS = 4;
const PLACES = 6;
/** A command that no driver has. */
const UNKNOWN = 0x7fff_ffff;
const { R0, R1 } = Register;

/** One power-on for one script. */
class ScriptMachine {
  readonly oracle: OwnershipOracle;
  readonly log: number[] = [];
  readonly under: DriverUnderTest;
  private readonly kernel: Kernel;
  private readonly clock = new Clock();
  private readonly pending: (() => void)[] = [];
  private readonly puppets: Puppet[] = [];
  private readonly processes: Process[] = [];
  private readonly resources: KernelResources;
  private current = -1;
  /** Steps made: appdata differs from step to step. */
  private made = 0;
  private wrong: string | undefined;

  constructor(factory: DriverFactory, profileName: ProfileName) {
    const profile = PROFILES[profileName];
    this.oracle = new OwnershipOracle({ profile });
    const deferredCalls = new DeferredCalls();
    const { clock, oracle } = this;
    this.kernel = new Kernel({ clock, deferredCalls, profile, watch: oracle });
    const raise = (handler: () => void): void => void this.pending.push(handler);
    this.under = factory({ kernel: this.kernel, clock, deferredCalls, raise });
    const drivers = new Map([[this.driverNum, this.under.driver]]);
    this.resources = {
      syscallDriverLookup: { driver: (number) => drivers.get(number), all: () => drivers },
      scheduler: { next: () => this.next(), result: () => undefined },
      chip: {
        hasPendingInterrupts: () => this.pending.length > 0,
        servicePendingInterrupts: () => {
          for (const handler of this.pending.splice(0)) handler();
        },
      },
    };
  }

  get driverNum(): number {
    return this.under.driverNum ?? DRIVER_NUM;
  }

  /** Whether the profile's kernel serves drivers of this age. */
  get isServed(): boolean {
    const { driver } = this.under;
    return !('interface' in driver) || this.kernel.profile.interfaces.includes(driver.interface);
  }

  /** Plays the steps; what is wrong first. */
  play(steps: readonly ScriptStep[]): string | undefined {
    for (let index = 0; index < PROCESSES; index++) this.create(index);
    this.examine();
    for (const step of steps) {
      if (this.wrong !== undefined) return this.wrong;
      this.made++;
      this.perform(step);
      this.wrong ??= this.damage();
    }
    if (this.wrong === undefined) this.examine();
    return (this.wrong ??= this.damage());
  }

  private create(index: number): void {
    const puppet = new Puppet(() => {
      this.kernel.stop();
    }, this.log);
    this.puppets.push(puppet);
    const flash = new Uint8Array(SIZE);
    const created = this.kernel.createProcess({
      name: `process${index.toString()}`,
      boundary: puppet,
      flash: {
        start: FLASH_START + index * SIZE,
        size: SIZE,
        protectedSize: 0x80,
        read: (offset, length) => flash.subarray(offset, offset + length),
      },
      ram: { start: RAM_START + index * SIZE, size: SIZE },
    });
    if (!created.ok) throw new Error(`a process was not created: ${created.error}`);
    this.processes.push(created.value);
    this.run(index);
  }

  /** Lets one process run until its puppet has nothing more to do. */
  private run(index: number): void {
    this.current = index;
    this.kernel.run(this.resources);
  }

  private next(): { process: Process; timeslice: undefined } | undefined {
    const process = this.processes[this.current];
    if (process?.ready() === true) return { process, timeslice: undefined };
    this.kernel.stop();
    return undefined;
  }

  /** A system call; false when the process cannot make one. */
  private trap(index: number, ...trap: Trap): boolean {
    const puppet = this.puppets[index];
    if (puppet === undefined || this.processes[index]?.state !== ProcessState.Running) return false;
    puppet.pending = trap;
    this.run(index);
    return true;
  }

  /** Whether answers to commands begin with a return variant: not in 1.x, nor from drivers of that age. */
  private get answersVariants(): boolean {
    const { driver } = this.under;
    const legacy = 'interface' in driver && driver.interface === '1.x';
    return this.kernel.answers.variants && !legacy;
  }

  // --- Steps -------------------------------------------------------------------------------------

  /** Functions and places are counted: 0 is null, then come the process's own, then what is not its own. */
  private perform([op, process = 0, number = 0, which = 0, size = 0, times = 1]: ScriptStep): void {
    const { driverNum } = this;
    switch (op) {
      case 'subscribe':
        this.trap(
          process,
          SyscallClass.Subscribe,
          driverNum,
          number,
          ...this.upcall(process, which),
        );
        return;
      case 'allowReadWrite':
      case 'allowReadOnly':
      case 'allowReadable':
        this.allow(op, process, number, which, size);
        return;
      case 'command':
        for (let time = 0; time < times; time++) this.command(process, number, which, size);
        return;
      case 'yield':
        this.trap(process, SyscallClass.Yield, YieldCall.NoWait, 0, 0, 0);
        return;
      case 'exit':
        this.trap(process, SyscallClass.Exit, ExitCall.Terminate, 0, 0, 0);
        return;
      case 'restart':
        this.restart(process);
        return;
      case 'interrupt':
        this.interrupt();
    }
  }

  private upcall(process: number, which: number): [number, number] {
    const appdata = which === 0 ? 0 : this.made;
    if (which === 0) return [0, appdata];
    if (which > FUNCTIONS + 1) return [0x10, appdata];
    const whose = which > FUNCTIONS ? 1 - process : process;
    return [FLASH_START + whose * SIZE + 0x100 + 4 * which, appdata];
  }

  private allow(
    op: 'allowReadWrite' | 'allowReadOnly' | 'allowReadable',
    process: number,
    number: number,
    which: number,
    length: number,
  ): void {
    const classes = {
      allowReadWrite: SyscallClass.ReadWriteAllow,
      allowReadOnly: SyscallClass.ReadOnlyAllow,
      allowReadable: SyscallClass.UserspaceReadableAllow,
    };
    if (op === 'allowReadable' && !this.kernel.profile.userspaceReadableAllow) return;
    const whose = which > PLACES ? 1 - process : process;
    const own = RAM_START + whose * SIZE + 32 * which;
    const address = which === 0 ? 0 : which > PLACES + 1 ? 0x10 : own;
    this.trap(process, classes[op], this.driverNum, number, address, which === 0 ? 0 : length);
  }

  private command(process: number, number: number, arg1: number, arg2: number): void {
    if (!this.trap(process, SyscallClass.Command, this.driverNum, number, arg1, arg2)) return;
    const [r0 = 0] = this.puppets[process]?.registers ?? [];
    if (this.processes[process]?.isActive() !== true || !this.answersVariants) return;
    if (!(Object.values(ReturnVariant) as number[]).includes(r0))
      this.wrong = `command ${number.toString()} was answered with ${r0.toString()}, which is no return variant`;
  }

  private restart(process: number): void {
    const it = this.processes[process];
    if (it?.state === ProcessState.Terminated) it.start();
    else it?.tryRestart(0);
    this.run(process);
  }

  private interrupt(): void {
    const { under, clock } = this;
    if (under.interrupt !== undefined) under.interrupt();
    else if (clock.nextEvent < FOREVER) clock.advanceTo(clock.nextEvent);
    this.run(-1);
  }

  // --- Judgement ---------------------------------------------------------------------------------

  private damage(): string | undefined {
    const { violations, damages } = this.oracle;
    const damage = damages.find(isOwnershipDamage);
    if (damage !== undefined) return damageLine(damage);
    const [violation] = violations;
    return violation && `the kernel noticed that the driver gave back ${violation.what}`;
  }

  /** The witness asks whether the driver is there, and for what it cannot have. */
  private examine(): void {
    const success = this.answered(0);
    if (success !== 0) {
      this.wrong ??= `command 0 has to succeed, and was answered with ${success < 0 ? 'a value' : errorName(success)}`;
    }
    const unknown = this.answered(UNKNOWN);
    if (unknown === ErrorCode.NOSUPPORT) return;
    const what = unknown < 0 ? 'a value' : unknown === 0 ? 'Success' : errorName(unknown);
    this.wrong ??= `an unknown command has to fail with NOSUPPORT, and was answered with ${what}`;
  }

  /** 0: Success; an ErrorCode; or −1: anything else. */
  private answered(command: number): number {
    this.trap(WITNESS, SyscallClass.Command, this.driverNum, command, 0, 0);
    const registers = this.puppets[WITNESS]?.registers;
    const r0 = registers?.[R0] ?? 0;
    if (!this.answersVariants) return (r0 | 0) > 0 ? -1 : 0 - (r0 | 0);
    if (r0 === ReturnVariant.Success) return 0;
    if (r0 !== ReturnVariant.Failure) return -1;
    const first = this.kernel.answers.errorNumber(ErrorCode.FAIL);
    return (registers?.[R1] ?? 0) - first + ErrorCode.FAIL;
  }
}

/** Plays a script on a fresh machine. What a driver, or the kernel because of it, throws is a failure. */
export function playScript(factory: DriverFactory, { profile, steps }: DriverScript): Played {
  const machine = new ScriptMachine(factory, profile);
  try {
    return { failure: machine.play(steps), log: machine.log };
  } catch (error) {
    return { failure: whatWasThrown(error), log: machine.log };
  }
}

function whatWasThrown(error: unknown): string {
  if (error instanceof CompileError) return error.message;
  if (error instanceof KernelPanic) return `the kernel panicked: ${error.message}`;
  return `the driver threw ${String(error)}`;
}

/** The profiles whose kernels serve a driver's interface. */
export function profilesFor(factory: DriverFactory): ProfileName[] {
  const names = Object.keys(PROFILES) as ProfileName[];
  return names.filter((name) => new ScriptMachine(factory, name).isServed);
}
