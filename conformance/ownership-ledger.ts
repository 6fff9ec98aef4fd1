// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The books of one process: what its present life lends to whom, and what it offered of late.
 *
 * NON-TOCK: kept by the oracle from the words of system calls alone; no design is asked.
 */
import type { ProcessId } from '#kernel/process';
import type { Process } from '#kernel/process-standard';
import { hex, pair, type LoanKind } from './ownership-damage.ts';

/** Function and appdata, or address and length: what is lent under one number. Zeros: nothing. */
export interface Loan {
  readonly kind: LoanKind;
  readonly driverNum: number;
  readonly number: number;
  first: number;
  second: number;
  /** Calls of the function that wait in the queue of the process. */
  waiting: number;
  /** Calls that were removed from it during the swap that is under way. */
  removed: number;
}

/** How many of the last pairs that a process offered are remembered, to tell whose a stray pair is. */
const REMEMBERED = 256;
const KINDS: readonly LoanKind[] = ['upcall', 'readOnly', 'readWrite', 'userspaceReadable'];

const keyOf = (kind: LoanKind, number: number): number =>
  number * KINDS.length + KINDS.indexOf(kind);

export class OwnershipLedger {
  /** Of the life that the books are about. */
  processId: ProcessId;
  /** Whether that life goes on. */
  alive = true;
  private readonly drivers = new Map<number, Map<number, Loan>>();
  private readonly firsts = new Uint32Array(REMEMBERED);
  private readonly seconds = new Uint32Array(REMEMBERED);
  private next = 0;

  constructor(readonly process: Process) {
    this.processId = process.processId;
  }

  /** The process lives again, under a new id: nothing is lent. */
  begin(processId: ProcessId): void {
    this.end();
    this.processId = processId;
    this.alive = true;
  }

  /** What was lent comes back, and is remembered. */
  end(): void {
    for (const loan of this.loans()) this.remember(loan.first, loan.second);
    this.drivers.clear();
    this.alive = false;
  }

  /** What stands under a number, if anything ever did in this life. */
  find(kind: LoanKind, driverNum: number, number: number): Loan | undefined {
    return this.drivers.get(driverNum)?.get(keyOf(kind, number));
  }

  /** The same; opened with nothing lent where there was none. */
  open(kind: LoanKind, driverNum: number, number: number): Loan {
    let loans = this.drivers.get(driverNum);
    if (loans === undefined) this.drivers.set(driverNum, (loans = new Map<number, Loan>()));
    const key = keyOf(kind, number);
    let loan = loans.get(key);
    if (loan === undefined) {
      loan = { kind, driverNum, number, first: 0, second: 0, waiting: 0, removed: 0 };
      loans.set(key, loan);
    }
    return loan;
  }

  /** Remembers a pair that the process offered, taken or not. */
  remember(first: number, second: number): void {
    if (first === 0) return;
    this.firsts[this.next] = first;
    this.seconds[this.next] = second;
    this.next = (this.next + 1) % REMEMBERED;
  }

  /** Whether the process offered a pair of late. */
  offered(first: number, second: number): boolean {
    for (let index = 0; index < REMEMBERED; index++) {
      if (this.firsts[index] === first && this.seconds[index] === second) return true;
    }
    return this.lent(first, second) !== undefined;
  }

  /** A loan of this pair that stands now, under whatever number. */
  lent(first: number, second: number): Loan | undefined {
    for (const loan of this.loans()) {
      if (loan.first === first && loan.second === second) return loan;
    }
    return undefined;
  }

  /** Whether an address lies in the memory of the process. */
  holds(address: number): boolean {
    const { ramStart, ramEnd, flashStart, flashEnd } = this.process;
    return (
      (address >= ramStart && address < ramEnd) || (address >= flashStart && address < flashEnd)
    );
  }

  private *loans(): Generator<Loan> {
    for (const loans of this.drivers.values()) yield* loans.values();
  }
}

/** The books of all processes of a board. */
export class Books {
  private readonly ledgers: (OwnershipLedger | undefined)[] = [];

  /** Of the process in a slot, if it was heard of. */
  at(slot: number): OwnershipLedger | undefined {
    return this.ledgers[slot];
  }

  /** Of a process; a new life of it begins with nothing lent. */
  of(process: Process): OwnershipLedger {
    const { slot, processId } = process;
    let ledger = this.ledgers[slot];
    if (ledger?.process !== process) this.ledgers[slot] = ledger = new OwnershipLedger(process);
    else if (ledger.processId !== processId) ledger.begin(processId);
    return ledger;
  }

  /** The other process whose a pair is: it offered it, or it points into its memory. */
  ownerOf(
    ledger: OwnershipLedger,
    [first, second]: readonly [number, number],
  ): OwnershipLedger | undefined {
    const others = this.ledgers.filter((other) => other !== undefined && other !== ledger);
    return (
      others.find((other) => other?.offered(first, second)) ??
      others.find((other) => other?.holds(first))
    );
  }
}

/** Whether bytes lie in what is lent. */
export function covers({ first, second }: Loan, address: number, length: number): boolean {
  return first !== 0 && address >= first && address + length <= first + second;
}

/** What is lent, in words that follow "and". */
export function lentNow(loan: Loan | undefined): string {
  return loan === undefined || loan.first === 0
    ? 'nothing is lent'
    : `lent is ${pair(loan.first, loan.second)}`;
}

/** Where a function is lent, in words. */
export function lentAs({ driverNum, number }: Loan): string {
  return `lent as upcall ${number.toString()} of driver ${hex(driverNum)}`;
}

/** Whether a driver has no reason to refuse what it is offered. */
export function isWellFormed(
  process: Process,
  kind: LoanKind,
  first: number,
  second: number,
): boolean {
  if (kind === 'upcall') return first === 0 || process.isValidUpcallFunctionPointer(first);
  return second === 0 || process.inAppRam(first, second);
}
