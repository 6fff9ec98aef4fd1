// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a driver owes its users: upcalls that commands promised, numbers that it has to serve.
 *
 * NON-TOCK: no kernel knows what a driver's commands mean; a scenario does.
 */
import type { Task } from '#kernel/upcall';
import type { LoanKind } from './ownership-damage.ts';

/** One upcall that a driver owes. A word that is undefined may be anything. */
export interface PromisedUpcall {
  readonly slot: number;
  readonly driverNum: number;
  readonly number: number;
  readonly words?: readonly (number | undefined)[];
}

/** What a driver has to serve: numbers count from 0. */
export interface DriverTerms {
  readonly upcalls?: number;
  readonly readOnly?: number;
  readonly readWrite?: number;
}

/** What is wrong with an upcall that came. */
export interface PromiseDamage {
  readonly kind: 'unpromised-upcall' | 'broken-promise';
  readonly text: string;
}

const isFor = (promise: PromisedUpcall, slot: number, driverNum: number, number: number): boolean =>
  promise.slot === slot && promise.driverNum === driverNum && promise.number === number;

function fits({ words = [] }: PromisedUpcall, task: Task): boolean {
  const came = [task.argument0, task.argument1, task.argument2];
  return came.every((word, index) => (words[index] ?? word) >>> 0 === word);
}

export class UpcallPromises {
  private readonly terms = new Map<number, DriverTerms>();
  private open: PromisedUpcall[] = [];

  /** From now on each upcall of the driver has to be promised. */
  judge(driverNum: number, terms: DriverTerms): void {
    this.terms.set(driverNum, terms);
  }

  add(promise: PromisedUpcall): void {
    if (!this.terms.has(promise.driverNum)) this.judge(promise.driverNum, {});
    this.open.push(promise);
  }

  /** Whether the driver has to serve a number. */
  serves(driverNum: number, kind: LoanKind, number: number): boolean {
    const { upcalls = 0, readOnly = 0, readWrite = 0 } = this.terms.get(driverNum) ?? {};
    const counts = { upcall: upcalls, readOnly, readWrite, userspaceReadable: 0 };
    return number < counts[kind];
  }

  /** An upcall came: a promise is kept, or something is wrong. */
  came(slot: number, task: Task): PromiseDamage | undefined {
    const { driverNum, subscribeNum } = task;
    if (this.open.length === 0 && !this.terms.has(driverNum)) return undefined;
    if (!this.terms.has(driverNum)) return undefined;
    const owed = this.open.filter((promise) => isFor(promise, slot, driverNum, subscribeNum));
    const promise = owed.find((one) => fits(one, task)) ?? owed[0];
    if (promise === undefined) {
      return { kind: 'unpromised-upcall', text: 'no command promised this upcall' };
    }
    this.open.splice(this.open.indexOf(promise), 1);
    if (fits(promise, task)) return undefined;
    const { argument0, argument1, argument2 } = task;
    const words = [argument0, argument1, argument2].map((word) => word.toString()).join(', ');
    return { kind: 'broken-promise', text: `it came with (${words})` };
  }

  /** What was promised under a number need not come any more: the process took the function back. */
  release(slot: number, driverNum: number, number: number): void {
    if (this.open.length === 0) return;
    this.open = this.open.filter((promise) => !isFor(promise, slot, driverNum, number));
  }

  /** The process is gone. */
  releaseAll(slot: number): void {
    if (this.open.length === 0) return;
    this.open = this.open.filter((promise) => promise.slot !== slot);
  }

  /** The next upcall of a number was lost: it need not come. */
  lost(slot: number, task: Task): void {
    const { driverNum, subscribeNum } = task;
    const owed = this.open.filter((promise) => isFor(promise, slot, driverNum, subscribeNum));
    const promise = owed.find((one) => fits(one, task)) ?? owed[0];
    if (promise !== undefined) this.open.splice(this.open.indexOf(promise), 1);
  }

  /** What is still owed. */
  get owed(): readonly PromisedUpcall[] {
    return this.open;
  }
}
