// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The oracle: knows what each process lent and took back, and says what userspace suffers.
 *
 * NON-TOCK: it reads the words of system calls and believes nobody else, so that every design is judged
 * alike, those included that never look. It only watches: `new Kernel({ watch: oracle, … })`.
 */
import { ANSWER_ENCODINGS, word } from '#kernel/answer';
import { ErrorCode } from '#kernel/errorcode';
import type { OwnershipWatch } from '#kernel/ownership-watch';
import { slotOf, type ProcessId } from '#kernel/process';
import type { BufferId } from '#kernel/processbuffer';
import type { Process } from '#kernel/process-standard';
import type { Profile } from '#kernel/profile';
import { Register, ReturnVariant, type SyscallClass, type UpcallId } from '#kernel/syscall';
import type { Nanoseconds } from '#kernel/time';
import { FROM_KERNEL, TaskKind, type Task } from '#kernel/upcall';
import {
  hex,
  isOwnershipDamage,
  LOAN_OF_CLASS,
  pair,
  type Damage,
  type DamageKind,
  type LoanKind,
} from './ownership-damage.ts';
import {
  Books,
  covers,
  isWellFormed,
  lentAs,
  lentNow,
  type Loan,
  type OwnershipLedger,
} from './ownership-ledger.ts';
import { UpcallPromises, type DriverTerms, type PromisedUpcall } from './upcall-promises.ts';

/** What an oracle has to know. */
export interface OracleOptions {
  /** Of the kernel that is watched: its answers are read as a process of its time reads them. */
  readonly profile: Profile;
  /** The clock of the board, for the times of damages. */
  readonly now?: () => Nanoseconds;
  /** Is told of each damage as it happens. */
  readonly onDamage?: (damage: Damage) => void;
}

/** What the kernel itself noticed. */
export interface Violation extends UpcallId {
  readonly slot: number;
  readonly what: string;
}

/** A place in the books: whose loan, of what kind, under which number. */
interface Place {
  readonly slot: number;
  readonly loan: LoanKind;
  readonly driverNum: number;
  readonly number: number;
}

/** How many damages and violations are kept word by word; more are only counted. */
const KEPT = 1000;
const { R0, R1, R2, R3 } = Register;

export class OwnershipOracle implements OwnershipWatch {
  /** The first thousand, in order. */
  readonly damages: Damage[] = [];
  /** How often each kind was seen. */
  readonly counts = new Map<DamageKind, number>();
  /** What the kernel noticed, the first thousand. */
  readonly violations: Violation[] = [];
  private readonly books = new Books();
  private readonly promises = new UpcallPromises();
  private readonly variants: boolean;
  /** What is being offered in the call under way: a driver may look into it before it answers. */
  private offer: { slot: number; loan: Loan } | undefined;

  constructor(private readonly options: OracleOptions) {
    this.variants = ANSWER_ENCODINGS[options.profile.answers].variants;
  }

  /** Whether anything happened that today's design rules out. */
  get hasOwnershipDamage(): boolean {
    for (const kind of this.counts.keys()) if (isOwnershipDamage({ kind })) return true;
    return false;
  }

  // --- For scenarios -----------------------------------------------------------------------------

  /** Each upcall of a driver has to be promised from now on, and it has to serve these numbers. */
  judge(driverNum: number, terms: DriverTerms = {}): void {
    this.promises.judge(driverNum, terms);
  }

  /** A command that was accepted promised an upcall, once. */
  promise(promised: PromisedUpcall): void {
    this.promises.add(promised);
  }

  /** Nothing is under way any more: what is owed to a function that stands is reported, once. */
  finish(): void {
    for (const { slot, driverNum, number } of this.promises.owed) {
      this.promises.release(slot, driverNum, number);
      const loan = this.books.at(slot)?.find('upcall', driverNum, number);
      if (loan === undefined || loan.first === 0) continue;
      this.report('broken-promise', { slot, loan: 'upcall', driverNum, number }, 'it never came');
    }
  }

  // --- Swaps -------------------------------------------------------------------------------------

  offered(
    process: Process,
    swapClass: SyscallClass,
    driverNum: number,
    number: number,
    first: number,
    second: number,
  ): void {
    const kind = LOAN_OF_CLASS[swapClass];
    if (kind === undefined || kind === 'upcall') return;
    const loan = { kind, driverNum, number, first, second, waiting: 0, removed: 0 };
    this.offer = { slot: this.books.of(process).process.slot, loan };
  }

  swapped(
    process: Process,
    swapClass: SyscallClass,
    driverNum: number,
    number: number,
    first: number,
    second: number,
  ): void {
    this.offer = undefined;
    const kind = LOAN_OF_CLASS[swapClass];
    if (kind === undefined) return;
    const ledger = this.books.of(process);
    const place = { slot: process.slot, loan: kind, driverNum, number };
    ledger.remember(first, second);
    if (this.succeeded(process)) this.taken(ledger, place, first, second);
    else this.refused(ledger, place, first, second);
  }

  private succeeded({ boundary: { registers } }: Process): boolean {
    const r0 = word(registers, R0);
    if (this.variants && r0 === ReturnVariant.SuccessU32U32) return true;
    if (this.variants && r0 === ReturnVariant.FailureU32U32) return false;
    return (r0 | 0) >= 0;
  }

  /** Whether the answer has a pair at all: those of Tock 1.x, and of its drivers, have none. */
  private tellsPair({ boundary: { registers } }: Process): boolean {
    const r0 = word(registers, R0);
    return (
      this.variants && (r0 === ReturnVariant.SuccessU32U32 || r0 === ReturnVariant.FailureU32U32)
    );
  }

  private taken(ledger: OwnershipLedger, place: Place, first: number, second: number): void {
    const loan = ledger.open(place.loan, place.driverNum, place.number);
    const { process } = ledger;
    const { registers } = process.boundary;
    if (this.tellsPair(process)) {
      const told = [word(registers, R1), word(registers, R2)] as const;
      this.compare('wrong-old-value', ledger, place, [loan.first, loan.second], told);
    }
    ledger.remember(loan.first, loan.second);
    loan.first = first;
    loan.second = second;
    loan.removed = 0;
    if (place.loan === 'upcall') this.promises.release(place.slot, place.driverNum, place.number);
  }

  private refused(ledger: OwnershipLedger, place: Place, first: number, second: number): void {
    const { process } = ledger;
    const { registers } = process.boundary;
    const loan = ledger.find(place.loan, place.driverNum, place.number);
    if (loan !== undefined && loan.removed > 0) {
      if (loan.first !== 0)
        this.report(
          'lost-upcall',
          place,
          `upcalls removed by a call that was refused: ${loan.removed.toString()}`,
        );
      loan.removed = 0;
    }
    if (this.promises.serves(place.driverNum, place.loan, place.number)) {
      if (isWellFormed(process, place.loan, first, second)) {
        this.report('refused', place, `the driver does not take ${pair(first, second)}`);
      }
    }
    if (!this.tellsPair(process) || this.forgets(place, word(registers, R1))) return;
    const told = [word(registers, R2), word(registers, R3)] as const;
    this.compare('wrong-refusal', ledger, place, [first, second], told);
  }

  /** TRD 104 has an absent driver answer a subscribe with the null upcall. */
  private forgets({ loan }: Place, error: number): boolean {
    const { absentDriverUpcall } = this.options.profile;
    return loan === 'upcall' && absentDriverUpcall === 'null' && error === ErrorCode.NODEVICE;
  }

  private compare(
    kind: 'wrong-old-value' | 'wrong-refusal',
    ledger: OwnershipLedger,
    place: Place,
    right: readonly [number, number],
    told: readonly [number, number],
  ): void {
    if (told[0] === right[0] && told[1] === right[1]) return;
    if (this.isSameNull(place, right, told)) return;
    const foreign =
      told[0] !== 0 && !ledger.offered(...told) ? this.books.ownerOf(ledger, told) : undefined;
    const text = `the answer was ${pair(...told)}, and not ${pair(...right)}`;
    if (foreign === undefined) this.report(kind, place, text);
    else {
      const of = `, which is process ${foreign.process.slot.toString()}'s`;
      this.report('foreign-old-value', place, text + of);
    }
  }

  /** Where capsules hold callbacks, a null one has lost its appdata: no harm. */
  private isSameNull(
    { loan }: Place,
    right: readonly [number, number],
    told: readonly [number, number],
  ): boolean {
    return (
      loan === 'upcall' &&
      this.options.profile.callbacks !== 'kernel' &&
      right[0] === 0 &&
      told[0] === 0 &&
      told[1] === 0
    );
  }

  // --- Upcalls -----------------------------------------------------------------------------------

  queued(process: Process, task: Task): void {
    if (task.kind === TaskKind.FunctionCall) this.loanOf(process, task).waiting++;
  }

  lost(process: Process, task: Task): void {
    const { driverNum, subscribeNum: number } = task;
    this.promises.lost(process.slot, task);
    const place = { slot: process.slot, loan: 'upcall', driverNum, number } as const;
    this.report('dropped-upcall', place, 'the queue was full');
  }

  cancelled(process: Process, { driverNum, subscribeNum }: UpcallId): void {
    const loan = this.books.of(process).open('upcall', driverNum, subscribeNum);
    let left = 0;
    process.tasks.find((task) => {
      if (
        task.kind === TaskKind.FunctionCall &&
        task.driverNum === driverNum &&
        task.subscribeNum === subscribeNum
      )
        left++;
      return false;
    });
    loan.removed += loan.waiting - left;
    loan.waiting = left;
  }

  delivered(process: Process, task: Task): void {
    const { driverNum, subscribeNum: number } = task;
    const ledger = this.books.of(process);
    if (driverNum === FROM_KERNEL) return;
    const place = { slot: process.slot, loan: 'upcall', driverNum, number } as const;
    if (task.kind === TaskKind.FunctionCall) this.called(ledger, place, task);
    const wrong = this.promises.came(process.slot, task);
    if (wrong !== undefined) this.report(wrong.kind, place, wrong.text);
  }

  private called(ledger: OwnershipLedger, place: Place, task: Task): void {
    const loan = this.loanOf(ledger.process, task);
    if (loan.waiting === 0)
      this.report('duplicated-upcall', place, 'it was queued once, and ran again');
    else loan.waiting--;
    const { pc, argument3: appdata } = task;
    if (loan.first === pc && loan.second === appdata) return;
    const what = `it called ${hex(pc)} with appdata ${hex(appdata)}, `;
    const elsewhere = pc === 0 ? undefined : ledger.lent(pc, appdata);
    if (elsewhere !== undefined) {
      this.report('misdirected-upcall', place, what + lentAs(elsewhere));
    } else if (ledger.offered(pc, appdata)) {
      this.report('stale-upcall', place, `${what}which is not lent now`);
    } else this.strayCall(ledger, place, task, what);
  }

  /** A function that the process did not offer of late with this appdata. */
  private strayCall(ledger: OwnershipLedger, place: Place, task: Task, what: string): void {
    const { pc, argument3: appdata } = task;
    const owner = this.books.ownerOf(ledger, [pc, appdata]);
    const loan = ledger.find('upcall', place.driverNum, place.number);
    if (loan?.first === pc) {
      this.report('misdirected-upcall', place, `${what}lent with appdata ${hex(loan.second)}`);
    } else if (owner === undefined && ledger.holds(pc)) {
      this.report('stale-upcall', place, `${what}which is not lent now`);
    } else {
      const whose =
        owner === undefined ? 'nobody lent' : `is process ${owner.process.slot.toString()}'s`;
      this.report('foreign-upcall', place, `${what}which ${whose}`);
    }
  }

  private loanOf(process: Process, { driverNum, subscribeNum }: Task): Loan {
    return this.books.of(process).open('upcall', driverNum, subscribeNum);
  }

  // --- Buffers -----------------------------------------------------------------------------------

  touched(processId: ProcessId, id: BufferId, address: number, length: number): void {
    const slot = slotOf(processId);
    const ledger = this.books.at(slot);
    const { driverNum, allowNum: number, kind } = id;
    const lives = ledger?.processId === processId && ledger.alive;
    const loan = lives ? ledger.find(kind, driverNum, number) : undefined;
    if (loan !== undefined && covers(loan, address, length)) return;
    if (lives && this.isOffered(slot, id, address, length)) return;
    const bytes = `a capsule reached ${length.toString()} bytes at ${hex(address)}, `;
    const why = lives ? `and ${lentNow(loan)}` : 'after that life of the process had ended';
    this.report('touched-buffer', { slot, loan: kind, driverNum, number }, bytes + why);
  }

  /** The driver looks into the buffer of the call that it is serving. */
  private isOffered(slot: number, id: BufferId, address: number, length: number): boolean {
    const { offer } = this;
    return (
      offer?.slot === slot &&
      offer.loan.kind === id.kind &&
      offer.loan.driverNum === id.driverNum &&
      offer.loan.number === id.allowNum &&
      covers(offer.loan, address, length)
    );
  }

  // --- Lives -------------------------------------------------------------------------------------

  ended(process: Process): void {
    this.offer = undefined;
    this.books.of(process).end();
    this.promises.releaseAll(process.slot);
  }

  violated(process: Process, { driverNum, subscribeNum }: UpcallId, what: string): void {
    if (this.violations.length >= KEPT) return;
    this.violations.push({ slot: process.slot, driverNum, subscribeNum, what });
  }

  private report(kind: DamageKind, { slot, driverNum, number, loan }: Place, text: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const { now, onDamage } = this.options;
    const time = now === undefined ? {} : { time: now() };
    const damage: Damage = { kind, slot, driverNum, number, loan, text, ...time };
    if (this.damages.length < KEPT) this.damages.push(damage);
    onDamage?.(damage);
  }
}
