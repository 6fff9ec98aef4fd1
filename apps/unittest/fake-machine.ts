// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The machine of an app under test: RAM, functions with addresses, registers that take words only.
 *
 * NON-TOCK: takes the place of `arch/`, of which an app knows only `Machine`.
 */
import { ErrorCode } from '#kernel/errorcode';
import {
  MemopCall,
  REGISTER_COUNT,
  Register,
  ReturnVariant,
  type ProcessMemory,
} from '#kernel/syscall';
import { ZERO } from '#kernel/time';
import type { Machine, UpcallFunction } from '../libtock/userspace.ts';
import type { FakeAnswer } from './fake-driver.ts';
import { wordName } from './system-calls.ts';

const RAM_START = 0x2000_0000;
const FLASH_START = 0x4_0000;
const FLASH_SIZE = 0x1_0000;
const HEADER_SIZE = 128;
const POINTER_WIDTH = 4;
/** Bytes below the first app break. */
const FIRST_BREAK = 32;

/** RAM and flash: the bytes of flash are zeros. */
class FakeMemory implements ProcessMemory {
  readonly ramStart = RAM_START;
  readonly ramEnd: number;
  appBreak = RAM_START + FIRST_BREAK;
  readonly ram: Uint8Array;
  readonly flashStart = FLASH_START;
  readonly flashEnd = FLASH_START + FLASH_SIZE;
  readonly appStart = FLASH_START + HEADER_SIZE;
  private readonly flash = new Uint8Array(FLASH_SIZE);

  constructor(ramSize: number) {
    this.ram = new Uint8Array(ramSize);
    this.ramEnd = RAM_START + ramSize;
  }

  inRam(address: number, length: number): boolean {
    return address >= this.ramStart && address + length <= this.appBreak;
  }

  read(address: number, length: number): Uint8Array | undefined {
    if (this.inRam(address, length)) return view(this.ram, address - this.ramStart, length);
    const inFlash = address >= this.flashStart && address + length <= this.flashEnd;
    return inFlash ? view(this.flash, address - this.flashStart, length) : undefined;
  }

  write(address: number, bytes: Uint8Array): boolean {
    if (!this.inRam(address, bytes.length)) return false;
    this.ram.set(bytes, address - this.ramStart);
    return true;
  }
}

const view = (bytes: Uint8Array, offset: number, length: number): Uint8Array =>
  bytes.subarray(offset, offset + length);

/** Functions by address; an address is not used twice. */
class Functions {
  private readonly byAddress = new Map<number, UpcallFunction>();
  private next = FLASH_START + HEADER_SIZE + POINTER_WIDTH;

  add(called: UpcallFunction): number {
    for (const [address, known] of this.byAddress) if (known === called) return address;
    const address = this.next;
    this.next += POINTER_WIDTH;
    this.byAddress.set(address, called);
    return address;
  }
  get(address: number): UpcallFunction | undefined {
    return this.byAddress.get(address);
  }
  remove(address: number): void {
    this.byAddress.delete(address);
  }
}

/** One life of an app: fresh memory, no functions. */
export class FakeMachine implements Machine {
  /** The registers as the kernel uses them. */
  readonly words = new Uint32Array(REGISTER_COUNT);
  /** The same registers as the app uses them: they refuse what is no word (case B24). */
  readonly registers: Uint32Array;
  readonly memory: FakeMemory;
  readonly functions = new Functions();
  stackPointer = RAM_START + FIRST_BREAK;
  computeTime = ZERO;

  constructor(ramSize: number) {
    this.memory = new FakeMemory(ramSize);
    this.registers = new Proxy(this.words, { get: member, set: assign });
  }

  /** Serves Memop; NOMEM: the break leaves the RAM; NOSUPPORT: an operation that tests do not need. */
  memop(operation: number, argument: number): FakeAnswer {
    const { memory } = this;
    switch (operation) {
      case MemopCall.Brk:
        return this.moveBreak(argument, [ReturnVariant.Success]);
      case MemopCall.Sbrk:
        return this.moveBreak(memory.appBreak + (argument | 0), [
          ReturnVariant.SuccessU32,
          memory.appBreak,
        ]);
      case MemopCall.RamStart:
        return [ReturnVariant.SuccessU32, memory.ramStart];
      case MemopCall.RamEnd:
        return [ReturnVariant.SuccessU32, memory.ramEnd];
      case MemopCall.StackHint:
      case MemopCall.HeapHint:
        return [ReturnVariant.Success];
      default:
        return [ReturnVariant.Failure, ErrorCode.NOSUPPORT];
    }
  }

  private moveBreak(to: number, done: FakeAnswer): FakeAnswer {
    const { memory } = this;
    if (to < memory.ramStart || to > memory.ramEnd) return [ReturnVariant.Failure, ErrorCode.NOMEM];
    memory.appBreak = to;
    return done;
  }
}

/** A register, or a method of the array, which knows the array and not its proxy. */
function member(words: Uint32Array, key: string | symbol): unknown {
  const value: unknown = Reflect.get(words, key);
  return typeof value === 'function' ? (value.bind(words) as unknown) : value;
}

/** Sets a register; a number that 32 bits do not hold, with or without sign, is thrown at the app. */
function assign(words: Uint32Array, key: string | symbol, value: unknown): boolean {
  const register = Number(key);
  const fits = Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 32;
  if (!fits) {
    const name =
      register === Register.CLASS ? 'class' : wordName(words[Register.CLASS] ?? 0, register);
    throw new RangeError(`the ${name} ${String(value)} is no 32-bit word`);
  }
  words[register] = Number(value);
  return true;
}
