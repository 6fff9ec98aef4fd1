// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Addresses for closures: what stands in the program's flash of a script.
 *
 * NON-TOCK. Addresses are handed out upwards from behind the start function and reused only when the
 * program's flash is used up, so that a stale pointer is seen for long as what it is.
 */
import { assert } from '#kernel/assert';

/** What a script's function does when called with an upcall's four words; a generator may trap. */
export type ScriptFunction = (
  argument0: number,
  argument1: number,
  argument2: number,
  appdata: number,
) => unknown;

const WORD = 4;

export class FunctionTable {
  private readonly byAddress = new Map<number, ScriptFunction>();
  private readonly addresses = new Map<ScriptFunction, number>();
  private next: number;

  constructor(
    private readonly first: number,
    private readonly end: number,
  ) {
    this.next = first;
  }

  /** The address of a function; the same one while it is in the table. */
  add(called: ScriptFunction): number {
    const known = this.addresses.get(called);
    if (known !== undefined) return known;
    const address = this.free();
    this.byAddress.set(address, called);
    this.addresses.set(called, address);
    return address;
  }

  get(address: number): ScriptFunction | undefined {
    return this.byAddress.get(address);
  }

  /** Forgets a function that nobody can call any more. */
  remove(address: number): void {
    const called = this.byAddress.get(address);
    if (called === undefined) return;
    this.byAddress.delete(address);
    this.addresses.delete(called);
  }

  private free(): number {
    const slots = Math.floor((this.end - this.first) / WORD);
    assert(this.byAddress.size < slots, 'the program has more functions than its flash has words');
    let address = this.take();
    while (this.byAddress.has(address)) address = this.take();
    return address;
  }

  private take(): number {
    if (this.next + WORD > this.end) this.next = this.first;
    const address = this.next;
    this.next += WORD;
    return address;
  }
}
