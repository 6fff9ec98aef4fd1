// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The userspace half: an app that lends, keeps books of what it lent, and compares what calls give back.
 *
 * NON-TOCK: the argument "userspace can just compare" as a program, with libtock's own comparison.
 */
import type { AnswerDecoding } from '#apps/libtock/answers';
import { Libtock } from '#apps/libtock/libtock';
import { Loans, type Mismatch, type Pair } from '#apps/libtock/loans';
import type { Userspace } from '#apps/libtock/userspace';
import type { ScriptContext } from '#arch/script/script-boundary';
import type { OwnershipOracle } from '#conformance/ownership-oracle';
import { MemopCall, SyscallClass } from '#kernel/syscall';
import { Command, SWAP_DRIVER } from './capsules/desk.ts';
import { NUMBERS } from './capsules/parts.ts';

/** What the app runs under. */
export interface VictimOptions {
  readonly slot: number;
  /** How the kernel answers. */
  readonly answers: AnswerDecoding;
  readonly oracle: OwnershipOracle;
  /** Is told what the app noticed. */
  readonly notice: (what: string) => void;
}

type Lendable = typeof SyscallClass.Subscribe | typeof SyscallClass.ReadWriteAllow;

const NOTHING: Pair = [0, 0];
/** Bytes of the app's RAM from which its buffers come; below is stack. */
const BUFFERS_START = 2048;
const RAM_BYTES = 4096;

export class Victim {
  /** What every byte of the buffers has to be: filled by the work that was asked for, and by nothing else. */
  private readonly model = new Map<number, number>();
  private readonly lent = new Map<string, Pair>();
  private readonly tock: Libtock;
  private readonly loans: Loans;
  private nextBuffer: number;

  constructor(
    private readonly context: ScriptContext,
    private readonly options: VictimOptions,
  ) {
    this.tock = new Libtock(context, { waitFor: false });
    this.loans = new Loans(options.answers, (mismatch) => {
      this.options.notice(`process ${options.slot.toString()}: ${sentenceOf(mismatch)}`);
    });
    this.nextBuffer = context.memory.ramStart + BUFFERS_START;
  }

  /** What runs before the script: takes memory. */
  *start(): Userspace {
    yield* this.tock.start();
    yield* this.tock.memop(MemopCall.Brk, this.context.memory.ramStart + RAM_BYTES);
  }

  /** Runs a function of the driver that gives each its turn, for ever. */
  *obey(driverNum: number, turn: (number: number) => Userspace): Userspace<never> {
    const pointer = this.function(turn);
    yield* this.tock.trap(SyscallClass.Subscribe, driverNum, 0, pointer, 0);
    for (;;) yield* this.tock.yieldWait();
  }

  // --- What a script does ------------------------------------------------------------------------

  /** Lends a function of its own for each call, with appdata of its own. */
  *subscribe(number: number): Userspace {
    const pointer = this.function(() => undefined);
    yield* this.swap(SyscallClass.Subscribe, number, [pointer, pointer & 0xff]);
  }

  *unsubscribe(number: number): Userspace {
    yield* this.swap(SyscallClass.Subscribe, number, NOTHING);
  }

  /** Lends bytes that it never lent before. */
  *allow(number: number, length: number): Userspace {
    const address = this.nextBuffer;
    this.nextBuffer += length;
    for (let at = address; at < this.nextBuffer; at++) this.model.set(at, 0);
    yield* this.swap(SyscallClass.ReadWriteAllow, number, [address, length]);
  }

  *unallow(number: number): Userspace {
    yield* this.swap(SyscallClass.ReadWriteAllow, number, NOTHING);
  }

  /** Gives work: the buffer will be filled, the upcall will come. */
  *work(number: number, value: number): Userspace {
    if (!(yield* this.command(Command.WORK, number, value))) return;
    const { slot, oracle } = this.options;
    const [address, length] = this.lentUnder(SyscallClass.ReadWriteAllow, number);
    for (let at = address; at < address + length; at++) this.model.set(at, value);
    const [pointer] = this.lentUnder(SyscallClass.Subscribe, number);
    const words = [value, number, length];
    if (pointer !== 0) oracle.promise({ slot, driverNum: SWAP_DRIVER, number, words });
  }

  *rearrange(): Userspace {
    yield* this.command(Command.REARRANGE, 0, 0);
  }

  *exit(): Userspace {
    yield* this.tock.exitTerminate(0);
  }

  /** For those who watch from outside: addresses of bytes that are not what they have to be. */
  wrongBytes(): number[] {
    const { ram, ramStart } = this.context.memory;
    return [...this.model].flatMap(([at, value]) => (ram[at - ramStart] === value ? [] : [at]));
  }

  /** Believes from now on what stands in memory. */
  acceptBytes(addresses: readonly number[]): void {
    const { ram, ramStart } = this.context.memory;
    for (const at of addresses) this.model.set(at, ram[at - ramStart] ?? 0);
  }

  // --- Calls -------------------------------------------------------------------------------------

  private function(body: Parameters<typeof this.tock.machine.functions.add>[0]): number {
    return this.tock.machine.functions.add(body);
  }

  private *command(command: number, argument1: number, argument2: number): Userspace<boolean> {
    const { tock, options } = this;
    const registers = yield* tock.trap(
      SyscallClass.Command,
      SWAP_DRIVER,
      command,
      argument1,
      argument2,
    );
    return options.answers.result(registers).ok;
  }

  /** By a trap of its own: the library would forget functions that nobody should call any more. */
  private *swap(swapClass: Lendable, number: number, pair: Pair): Userspace {
    const registers = yield* this.tock.trap(swapClass, SWAP_DRIVER, number, ...pair);
    const swapped = this.loans.settle(swapClass, SWAP_DRIVER, number, pair, registers);
    if (swapped.ok) this.lent.set(keyOf(swapClass, number), pair);
  }

  private lentUnder(swapClass: Lendable, number: number): Pair {
    return number < NUMBERS ? (this.lent.get(keyOf(swapClass, number)) ?? NOTHING) : NOTHING;
  }
}

const keyOf = (swapClass: Lendable, number: number): string =>
  `${swapClass.toString()}/${number.toString()}`;

const sentenceOf = ({ call, number, expected, got }: Mismatch): string =>
  `${call} ${number.toString()} gave back ${text(got)}, not ${text(expected)}`;

const text = ([first, second]: Pair): string =>
  `(0x${first.toString(16)}, 0x${second.toString(16)})`;
