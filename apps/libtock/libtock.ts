// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The library that every app gets: system calls, memory, and the drivers.
 *
 * NON-TOCK: an object where libtock-c and libtock-rs have functions, so that an app outside this
 * repository needs no import. Every method that traps is a generator: call it with `yield*`.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import {
  ExitCall,
  MemopCall,
  Register,
  SyscallClass,
  YieldCall,
  type SwapClass,
} from '#kernel/syscall';
import { ns } from '#kernel/time';
import { Alarm } from './alarm.ts';
import { ANSWER_DECODINGS, type AnswerDecoding, type AnswerNumbering } from './answers.ts';
import { AppFlash } from './app-flash.ts';
import { Buffer, type Lendable } from './buffer.ts';
import { Buttons } from './button.ts';
import { Cfstore } from './cfstore.ts';
import type { CommandResult } from './command-result.ts';
import { ConfigStorage } from './config-storage.ts';
import { Console } from './console.ts';
import { describeError } from './error-code.ts';
import { exitOnDrop } from './exit-on-drop.ts';
import { Flash } from './flash.ts';
import { Heap } from './heap.ts';
import { Ipc } from './ipc.ts';
import { Kv } from './kv.ts';
import { Leds } from './led.ts';
import { Loans, throwMismatch, type MismatchHook, type Swapped } from './loans.ts';
import { LowLevelDebug } from './low-level-debug.ts';
import { NonvolatileStorage } from './nonvolatile-storage.ts';
import {
  operateAwaited,
  operateScoped,
  operateStatic,
  type Operate,
  type Triple,
} from './operate.ts';
import { OwnBuffers } from './own-buffers.ts';
import { PersistentStore } from './persistent-store.ts';
import { Rng } from './rng.ts';
import { scope, type ShareConfig, type ShareHandle } from './share.ts';
import type { Machine, UpcallFunction, Userspace } from './userspace.ts';

export type { Swapped };

/** How the library works: what whoever writes an app may choose. */
export interface LibtockSwitches {
  /** Bytes of stack below the heap. Default 2048. */
  readonly stackSize?: number;
  /**
   * Whether to remember what is lent and compare it with what subscribe and allow give back, which costs no
   * system call. What does not come back as lent is not freed: it may still be called. Default: no.
   */
  readonly compareSwaps?: boolean;
  /** Told of what does not compare; default: it is thrown, which faults the process. */
  readonly onMismatch?: MismatchHook;
  /**
   * How the `yield*` forms lend. `scoped`: callback and buffers are taken back after every operation. `static`:
   * a callback is lent at the first operation, for good; and of the console, the key-value store, the persistent
   * store and the settings, the library's own buffers. Default: scoped.
   */
  readonly sharing?: 'scoped' | 'static';
}

/** What the harness tells the library. */
export interface LibtockOptions extends LibtockSwitches {
  /** Whether the kernel has Yield-WaitFor (2.2): then the `yield*` forms need no subscribe. */
  readonly waitFor: boolean;
  /** Whether Yield has variants; in 1.x it always waits. Default: yes. */
  readonly yieldVariants?: boolean;
  /** How the kernel numbers answers, errors and statuses; default: as TRD 104. */
  readonly answers?: AnswerNumbering;
  /** What the board hands to the app. */
  readonly args?: unknown;
}

/** Gets a StatusCode and two words. */
export type StatusCallback = (error: number, value1: number, value2: number) => unknown;

const { R0, R1, R2, R3, CLASS } = Register;
const SYSCALL = 0;
const COMPUTE = 1;
const STACK_SIZE = 2048;

export class Libtock {
  readonly console = new Console(this);
  readonly alarm = new Alarm(this);
  readonly debug = new LowLevelDebug(this);
  readonly cfstore = new Cfstore(this);
  readonly kv = new Kv(this);
  readonly led = new Leds(this);
  readonly button = new Buttons(this);
  readonly rng = new Rng(this);
  readonly ipc = new Ipc(this);
  readonly persistentStore = new PersistentStore(this);
  readonly configStorage = new ConfigStorage(this);
  readonly nonvolatileStorage = new NonvolatileStorage(this);
  readonly appFlash = new AppFlash(this);
  readonly flash = new Flash(this);
  /** What the board handed to the app. */
  readonly args: unknown;
  /** What is lent, when it is remembered. */
  readonly loans: Loans | undefined;
  private readonly answers: AnswerDecoding;
  private readonly way: Operate;
  /** @internal Buffers of the drivers here. */
  readonly own: OwnBuffers;
  private readonly registers: Uint32Array;
  private readonly heap = new Heap();

  constructor(
    readonly machine: Machine,
    private readonly options: LibtockOptions,
  ) {
    this.registers = machine.registers;
    this.args = options.args;
    this.answers = ANSWER_DECODINGS[options.answers ?? 'from-one'];
    this.loans = this.createLoans();
    const staying = options.sharing === 'static' ? this.loans : undefined;
    this.way = this.createWay(staying);
    this.own = new OwnBuffers(this, staying);
  }

  /** The name of an error number. */
  errorName(error: number): string {
    return describeError(error);
  }

  /** Whether the kernel has Yield-WaitFor. */
  get hasWaitFor(): boolean {
    return this.options.waitFor;
  }

  // --- System calls ------------------------------------------------------------------------------

  /** Any trap: class and four words; the results stand in `registers` afterwards. */
  *trap(
    syscallClass: number,
    r0: number,
    r1: number,
    r2: number,
    r3: number,
  ): Userspace<Uint32Array> {
    this.load(syscallClass, r0, r1, r2, r3);
    yield SYSCALL;
    return this.registers;
  }

  /** Runs one upcall if one is queued; whether one was. */
  *yieldNoWait(): Userspace<boolean> {
    if (this.options.yieldVariants === false) throw new Error('this kernel has no Yield-NoWait');
    const flag = this.machine.memory.ramStart; // The first byte of RAM is the library's own.
    this.load(SyscallClass.Yield, YieldCall.NoWait, flag, 0, 0);
    yield SYSCALL;
    return this.machine.memory.read(flag, 1)?.[0] === 1;
  }

  /** Blocks until one upcall has run. */
  *yieldWait(): Userspace {
    this.load(SyscallClass.Yield, YieldCall.Wait, 0, 0, 0);
    yield SYSCALL;
  }

  /** Blocks until an upcall is due, which is not run; its three words. Since 2.2. */
  *yieldWaitFor(driverNum: number, subscribeNum: number): Userspace<[number, number, number]> {
    if (!this.options.waitFor) throw new Error('this kernel has no Yield-WaitFor');
    this.load(SyscallClass.Yield, YieldCall.WaitFor, driverNum, subscribeNum, 0);
    yield SYSCALL;
    return [this.word(R0), this.word(R1), this.word(R2)];
  }

  /** Subscribes a function, or none. The pair held before; the function may be looked up by it. */
  *subscribe(
    driverNum: number,
    subscribeNum: number,
    upcall: UpcallFunction | null,
    appdata = 0,
  ): Userspace<Swapped> {
    const { functions } = this.machine;
    const pointer = upcall === null ? 0 : functions.add(upcall);
    const swapped = yield* this.swap(
      SyscallClass.Subscribe,
      driverNum,
      subscribeNum,
      pointer,
      appdata,
    );
    if (this.loans?.matched === false) return swapped;
    const unused = swapped.ok ? swapped.value[0] : pointer;
    if (unused !== pointer || !swapped.ok) functions.remove(unused);
    return swapped;
  }

  *command(
    driverNum: number,
    commandNum: number,
    argument1 = 0,
    argument2 = 0,
  ): Userspace<CommandResult> {
    this.load(SyscallClass.Command, driverNum, commandNum, argument1, argument2);
    yield SYSCALL;
    return this.answers.result(this.registers);
  }

  /** Lends a buffer for reading and writing, or takes it back with null. */
  allowReadWrite(driverNum: number, allowNum: number, buffer: Lendable | null): Userspace<Swapped> {
    return this.lend(SyscallClass.ReadWriteAllow, driverNum, allowNum, buffer);
  }

  allowReadOnly(driverNum: number, allowNum: number, buffer: Lendable | null): Userspace<Swapped> {
    return this.lend(SyscallClass.ReadOnlyAllow, driverNum, allowNum, buffer);
  }

  /** Lends a buffer that the app goes on reading. */
  allowUserspaceReadable(
    driverNum: number,
    allowNum: number,
    buffer: Lendable | null,
  ): Userspace<Swapped> {
    return this.lend(SyscallClass.UserspaceReadableAllow, driverNum, allowNum, buffer);
  }

  *memop(operation: number, argument = 0): Userspace<CommandResult> {
    this.load(SyscallClass.Memop, operation, argument, 0, 0);
    yield SYSCALL;
    return this.answers.result(this.registers);
  }

  /** Ends the process. */
  *exitTerminate(completionCode: number): Userspace<never> {
    for (;;) yield* this.trap(SyscallClass.Exit, ExitCall.Terminate, completionCode, 0, 0);
  }

  /** Ends the process and starts it afresh. */
  *exitRestart(completionCode: number): Userspace<never> {
    for (;;) yield* this.trap(SyscallClass.Exit, ExitCall.Restart, completionCode, 0, 0);
  }

  /** Uses CPU time; the timeslice may end meanwhile. */
  *compute(nanoseconds: number): Userspace {
    this.machine.computeTime = ns(nanoseconds);
    yield COMPUTE;
  }

  /** Runs a body in a share scope: what it lends through the handle is taken back at its end. */
  share<T>(body: (handle: ShareHandle) => Userspace<T>, config: ShareConfig = {}): Userspace<T> {
    return scope(this, body, config);
  }

  /** Runs a body to its end; if it throws, the process exits with the code (default 1) instead of faulting. */
  exitOnDrop<T>(body: () => Userspace<T>, completionCode?: number): Userspace<T> {
    return exitOnDrop(this, body, completionCode);
  }

  // --- Memory ------------------------------------------------------------------------------------

  /** What a program does before `main`: takes stack and heap from the kernel and names them. */
  *start(): Userspace {
    const { memory } = this.machine;
    const stackTop = memory.ramStart + (this.options.stackSize ?? STACK_SIZE);
    yield* this.memop(MemopCall.Brk, stackTop);
    this.machine.stackPointer = stackTop;
    yield* this.memop(MemopCall.StackHint, stackTop);
    yield* this.memop(MemopCall.HeapHint, stackTop);
  }

  /** A zeroed buffer of the process's RAM; NOMEM when the kernel gives no more. */
  *malloc(length: number): Userspace<Result<Buffer, number>> {
    let address = this.heap.allocate(length);
    if (address === undefined) {
      const size = Heap.rounded(length);
      const grown = (yield* this.memop(MemopCall.Sbrk, size)).successU32();
      if (grown === undefined) return Err(ErrorCode.NOMEM);
      this.heap.grow(grown, size);
      address = this.heap.allocate(length);
    }
    if (address === undefined) return Err(ErrorCode.NOMEM);
    const buffer = new Buffer(this.machine.memory, address, length);
    buffer.bytes.fill(0);
    return Ok(buffer);
  }

  /** Gives a buffer back. */
  free(buffer: Buffer): void {
    this.heap.deallocate(buffer.address);
  }

  /** A buffer that holds bytes; throws, which faults the process, when there is no memory. */
  *bufferOf(bytes: Uint8Array): Userspace<Buffer> {
    const buffer = yield* this.malloc(bytes.length);
    if (!buffer.ok) throw new Error(`no memory for ${bytes.length} bytes`);
    buffer.value.bytes.set(bytes);
    return buffer.value;
  }

  /** Reads memory as the program would: outside its memory, the process faults. */
  read8(address: number): number {
    const byte = this.machine.memory.read(address, 1)?.[0];
    if (byte === undefined)
      throw new Error(`read of 0x${address.toString(16)}, outside the process`);
    return byte;
  }

  /** Writes memory as the program would: outside its RAM, the process faults. */
  write8(address: number, value: number): void {
    if (!this.machine.memory.write(address, Uint8Array.of(value))) {
      throw new Error(`write of 0x${address.toString(16)}, outside the process's RAM`);
    }
  }

  // --- For the drivers ---------------------------------------------------------------------------

  /** Gives a command and waits for the one upcall that it promises; the error of a refusal is the command's. */
  operate(
    driverNum: number,
    subscribeNum: number,
    commandNum: number,
    argument1 = 0,
    argument2 = 0,
  ): Userspace<Result<Triple, number>> {
    // Not a generator around another: each one more is entered anew at every trap.
    return this.way(this, driverNum, subscribeNum, commandNum, argument1, argument2);
  }

  /** The StatusCode that an upcall carries first: 0, or an error's number. */
  status(word: number): number {
    return this.answers.status(word);
  }

  /** A function to subscribe to upcalls that carry a StatusCode first: the callback gets it decoded. */
  statusUpcall(callback: StatusCallback): StatusCallback {
    const { answers } = this;
    if (answers === ANSWER_DECODINGS['from-one']) return callback;
    return (status, value1, value2) => callback(answers.status(status), value1, value2);
  }

  private createLoans(): Loans | undefined {
    const { answers, options } = this;
    const compares = options.compareSwaps === true;
    if (answers.tells && !compares && options.sharing !== 'static') return undefined;
    return new Loans(answers, compares ? (options.onMismatch ?? throwMismatch) : undefined);
  }

  private createWay(staying: Loans | undefined): Operate {
    if (this.options.waitFor) return operateAwaited;
    return staying === undefined ? operateScoped : operateStatic(staying);
  }

  private lend(
    syscallClass: SwapClass,
    driverNum: number,
    allowNum: number,
    buffer: Lendable | null,
  ): Userspace<Swapped> {
    return this.swap(syscallClass, driverNum, allowNum, buffer?.address ?? 0, buffer?.length ?? 0);
  }

  private *swap(
    syscallClass: SwapClass,
    driverNum: number,
    number: number,
    first: number,
    second: number,
  ): Userspace<Swapped> {
    this.load(syscallClass, driverNum, number, first, second);
    yield SYSCALL;
    const { loans, registers } = this;
    return loans === undefined
      ? this.answers.swapped(registers)
      : loans.settle(syscallClass, driverNum, number, [first, second], registers);
  }

  private load(syscallClass: number, r0: number, r1: number, r2: number, r3: number): void {
    const { registers } = this;
    registers[CLASS] = syscallClass;
    registers[R0] = r0;
    registers[R1] = r1;
    registers[R2] = r2;
    registers[R3] = r3;
  }

  private word(register: number): number {
    return this.registers[register] ?? 0;
  }
}
