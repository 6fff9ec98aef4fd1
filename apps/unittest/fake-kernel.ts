// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A kernel for unit tests of apps: runs one app to its end at once, on fake drivers, and logs its calls.
 *
 * NON-TOCK: after libtock-rs's `unittest/src/fake/`. There is no time and no other process: what is not
 * queued when an app waits will never come, so that waiting for it is thrown as an error. Use a board for
 * everything that depends on the kernel's own behaviour; where the two differ says the README.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ExitCall, Register, ReturnVariant } from '#kernel/syscall';
import { ZERO } from '#kernel/time';
import { Libtock } from '../libtock/libtock.ts';
import type { Userspace } from '../libtock/userspace.ts';
import { AllowDb, type LentBuffer } from './allow-db.ts';
import { answer, type FakeAnswer, type FakeDriver, type UpcallScheduler } from './fake-driver.ts';
import { FakeMachine } from './fake-machine.ts';
import {
  decodeCall,
  describeCall,
  ExpectedCalls,
  type AnyEffect,
  type Effects,
  type ExpectableCall,
  type SyscallEntry,
} from './system-calls.ts';

/** How an app ended. */
export interface FakeExit {
  /** What `main` returned, or the code of its Exit. */
  readonly completionCode: number;
  /** Whether it asked to be started afresh, which the fake kernel leaves to the test. */
  readonly restart: boolean;
}

/** What a test may want other than usual. */
export interface FakeKernelOptions {
  /** Whether the kernel has Yield-WaitFor; default true. */
  readonly waitFor?: boolean;
  /** Handed to the app as `tock.args`. */
  readonly args?: unknown;
  /** Bytes of RAM; default 16 KiB. */
  readonly ramSize?: number;
  /** After so many system calls the app is taken to loop for ever; default 100,000. */
  readonly mostCalls?: number;
}

interface QueuedUpcall {
  readonly driverNum: number;
  readonly subscribeNum: number;
  readonly words: readonly [number, number, number];
  readonly pointer: number;
  readonly appdata: number;
}

type Frame = Generator<unknown, unknown, void>;

const SYSCALL = 0;
const { R0, CLASS } = Register;
const LATER = 'which nothing can queue later: the app would wait for ever';

export class FakeKernel {
  /** The calls of the latest run, in order. */
  log: SyscallEntry[] = [];
  private readonly drivers = new Map<number, FakeDriver>();
  private readonly expected = new ExpectedCalls();
  private machine: FakeMachine;
  private frames: Frame[] = [];
  private exit: FakeExit | undefined;
  private queue: QueuedUpcall[] = [];
  private readonly subscribed = new Map<string, readonly [pointer: number, appdata: number]>();
  private readonly lent = new Map<string, LentBuffer>();
  private allowDb = new AllowDb();

  constructor(
    drivers: readonly FakeDriver[] = [],
    private readonly options: FakeKernelOptions = {},
  ) {
    this.machine = this.freshMachine();
    for (const driver of drivers) this.addDriver(driver);
  }

  /** Adds a driver; throws when its number is taken. */
  addDriver(driver: FakeDriver): void {
    const { driverNum } = driver.info;
    if (this.drivers.has(driverNum)) {
      throw new Error(`there are two fake drivers 0x${driverNum.toString(16)}`);
    }
    this.drivers.set(driverNum, driver);
    driver.register?.(this.scheduler(driver));
  }

  /**
   * Expects a call next, after those expected before; words that are not given may be anything. The run
   * throws when another call comes first, or when it ends before.
   */
  expect<C extends ExpectableCall>(
    call: C,
    words: readonly number[] = [],
    effect?: Effects[C],
  ): void {
    this.expected.add(call, words, effect ?? {});
  }

  /** Runs an app to its end on fresh memory; drivers keep what they know. Throws what the app throws. */
  run(main: (tock: Libtock) => Userspace<number>): FakeExit {
    this.reset();
    const tock = new Libtock(this.machine, {
      waitFor: this.options.waitFor ?? true,
      args: this.options.args,
    });
    this.execute(tock.start());
    this.log = [];
    const returned = this.execute(main(tock));
    const missing = this.expected.next;
    if (missing !== undefined) {
      throw new Error(`expected ${describeCall(missing)}, but the app ended before`);
    }
    if (this.exit !== undefined) return this.exit;
    if (typeof returned !== 'number' || !Number.isInteger(returned)) {
      throw new TypeError(`main returned ${String(returned)}, not a whole number`);
    }
    return { completionCode: returned, restart: false };
  }

  private freshMachine(): FakeMachine {
    return new FakeMachine(this.options.ramSize ?? 16 * 1024);
  }

  private reset(): void {
    this.machine = this.freshMachine();
    this.log = [];
    this.exit = undefined;
    this.queue = [];
    this.subscribed.clear();
    this.lent.clear();
    this.allowDb = new AllowDb();
  }

  /** Runs a program and the upcalls on top of it; what it returned, or undefined when it made an Exit. */
  private execute(program: Frame): unknown {
    this.frames = [program];
    for (;;) {
      const step = this.frames.at(-1)?.next();
      if (step === undefined) return undefined;
      if (step.done === true) {
        this.frames.length -= 1;
        if (this.frames.length === 0) return step.value;
      } else if (step.value === SYSCALL) this.serve();
      else this.machine.computeTime = ZERO;
      if (this.exit !== undefined) return undefined;
    }
  }

  // --- System calls ------------------------------------------------------------------------------

  private serve(): void {
    const { words } = this.machine;
    const call = decodeCall(words[CLASS] ?? 0, [...words.subarray(R0, CLASS)]);
    this.log.push(call);
    if (this.log.length > (this.options.mostCalls ?? 100_000)) {
      throw new Error(`the app made ${this.log.length} calls and did not end`);
    }
    this.dispatch(call, this.expected.match(call));
  }

  private dispatch(call: SyscallEntry, effect: AnyEffect): void {
    const { words } = this.machine;
    const [first = 0, second = 0, third = 0, fourth = 0] = call.words;
    switch (call.call) {
      case 'yieldNoWait':
        this.yieldNoWait(effect);
        return;
      case 'yieldWait':
        if (effect.skipUpcall !== true && !this.runNext()) {
          throw new Error(`yieldWait without an upcall queued, ${LATER}`);
        }
        return;
      case 'yieldWaitFor':
        words.set(effect.words ?? this.takeAwaited(first, second));
        return;
      case 'memop':
        this.answer(this.machine.memop(first, second));
        return;
      case 'exit':
        this.exits(first, second);
        return;
      case 'command':
        this.answer(this.command(effect, first, second, third, fourth));
        return;
      case 'subscribe':
      case 'allowReadOnly':
      case 'allowReadWrite':
      case 'allowUserspaceReadable':
        this.swap(call, effect);
    }
  }

  private answer(words: FakeAnswer): void {
    this.machine.words.set(words);
  }

  private exits(variant: number, completionCode: number): void {
    if (variant === ExitCall.Terminate || variant === ExitCall.Restart) {
      this.exit = { completionCode, restart: variant === ExitCall.Restart };
    } else this.answer(answer.failure(ErrorCode.NOSUPPORT));
  }

  private command(
    effect: AnyEffect,
    driverNum: number,
    ...args: [number, number, number]
  ): FakeAnswer {
    const driver = this.drivers.get(driverNum);
    const given = driver?.command(...args) ?? answer.failure(ErrorCode.NODEVICE);
    return effect.answer ?? given;
  }

  /** Subscribe and Allow: the new pair of words for the old one, or an error and the new one. */
  private swap({ call, words }: SyscallEntry, effect: AnyEffect): void {
    const [driverNum = 0, number = 0, first = 0, second = 0] = words;
    const key = `${call} ${driverNum} ${number}`;
    const driver = this.drivers.get(driverNum);
    const swapped = ((): readonly [number, number] | ErrorCode => {
      if (effect.skipWithError !== undefined) return effect.skipWithError;
      if (driver === undefined) return ErrorCode.NODEVICE;
      if (call === 'subscribe') return this.subscribe(driver, key, number, [first, second]);
      return this.allow(driver, call, key, number, { address: first, length: second });
    })();
    if (typeof swapped === 'number') {
      this.answer([ReturnVariant.FailureU32U32, swapped, first, second]);
    } else this.answer([ReturnVariant.SuccessU32U32, ...swapped]);
  }

  private subscribe(
    driver: FakeDriver,
    key: string,
    subscribeNum: number,
    pair: readonly [pointer: number, appdata: number],
  ): readonly [number, number] | ErrorCode {
    const { driverNum, upcalls } = driver.info;
    if (subscribeNum >= upcalls) return ErrorCode.INVAL;
    const [pointer] = pair;
    if (pointer !== 0 && this.machine.functions.get(pointer) === undefined) {
      throw new Error(`subscribe of 0x${pointer.toString(16)}, where no function is`);
    }
    const refusal = driver.subscribe?.(subscribeNum);
    if (refusal !== undefined) return refusal;
    this.queue = this.queue.filter(
      (upcall) => upcall.driverNum !== driverNum || upcall.subscribeNum !== subscribeNum,
    );
    const before = this.subscribed.get(key) ?? [0, 0];
    this.subscribed.set(key, pair);
    return before;
  }

  private allow(
    driver: FakeDriver,
    call: SyscallEntry['call'],
    key: string,
    allowNum: number,
    buffer: LentBuffer,
  ): readonly [number, number] | ErrorCode {
    const bytes = this.lendable(call, buffer);
    if (bytes === undefined) return ErrorCode.INVAL;
    const refusal =
      call === 'allowReadOnly'
        ? hook(driver.allowReadOnly?.bind(driver), allowNum, bytes)
        : hook(
            call === 'allowReadWrite' ? driver.allowReadWrite?.bind(driver) : undefined,
            allowNum,
            bytes,
          );
    if (refusal !== undefined) return refusal;
    const before = this.lent.get(key) ?? { address: 0, length: 0 };
    this.allowDb.remove(before);
    const entered = this.allowDb.insert(buffer);
    if (!entered.ok)
      throw new Error(
        `${describeBuffer(buffer)} overlaps what is lent: ${describeBuffer(entered.error)}`,
      );
    this.lent.set(key, buffer);
    return [before.address, before.length];
  }

  private lendable(call: string, { address, length }: LentBuffer): Uint8Array | undefined {
    const { memory } = this.machine;
    if (length === 0) return new Uint8Array(0);
    if (call !== 'allowReadOnly' && !memory.inRam(address, length)) return undefined;
    return memory.read(address, length);
  }

  // --- Upcalls -----------------------------------------------------------------------------------

  private scheduler({ info }: FakeDriver): UpcallScheduler {
    const { driverNum, upcalls } = info;
    return {
      schedule: (subscribeNum, [first, second, third]) => {
        if (subscribeNum >= upcalls) return Err('InvalidSubscribeNum');
        const key = `subscribe ${driverNum} ${subscribeNum}`;
        const [pointer, appdata] = this.subscribed.get(key) ?? [0, 0];
        const words = [first >>> 0, second >>> 0, third >>> 0] as const;
        this.queue.push({ driverNum, subscribeNum, words, pointer, appdata });
        return Ok();
      },
    };
  }

  private yieldNoWait(effect: AnyEffect): void {
    const flag = this.machine.words[R0 + 1] ?? 0;
    const ran = effect.skipUpcall !== true && this.runNext();
    this.machine.memory.write(flag, Uint8Array.of((effect.flag ?? ran) ? 1 : 0));
  }

  /** Runs the next upcall that has a function; those before it that have none are gone. */
  private runNext(): boolean {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const called = this.machine.functions.get(next.pointer);
      if (called === undefined) continue;
      const frame = called(...next.words, next.appdata);
      if (isFrame(frame)) this.frames.push(frame);
      return true;
    }
    return false;
  }

  private takeAwaited(driverNum: number, subscribeNum: number): readonly [number, number, number] {
    const index = this.queue.findIndex(
      (upcall) => upcall.driverNum === driverNum && upcall.subscribeNum === subscribeNum,
    );
    const [found] = index < 0 ? [] : this.queue.splice(index, 1);
    if (found !== undefined) return found.words;
    throw new Error(
      `yieldWaitFor of driver 0x${driverNum.toString(16)}, upcall ${subscribeNum}, ${LATER}`,
    );
  }
}

/** What a driver says to a buffer; NOSUPPORT when it has no such hook. */
function hook(
  allow: ((allowNum: number, bytes: Uint8Array) => ErrorCode | undefined) | undefined,
  allowNum: number,
  bytes: Uint8Array,
): ErrorCode | undefined {
  return allow === undefined ? ErrorCode.NOSUPPORT : allow(allowNum, bytes);
}

function describeBuffer({ address, length }: LentBuffer): string {
  return `the buffer of ${length} bytes at 0x${address.toString(16)}`;
}

function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value;
}
