// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What each way of lending notices, avoids and suffers under a capsule that misbehaves with callbacks, when no
 * kernel helps: tock-2.0-dev of early 2021, which passes on unchecked whatever a capsule gives back.
 *
 * NON-TOCK: "the userspace runtime can just do it", observed. One app, one library, one driver.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Mismatch } from '#apps/libtock/loans';
import type { Userspace } from '#apps/libtock/userspace';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import { assert } from '#kernel/assert';
import { Callback } from '#kernel/callback';
import type { Driver, SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import { PROFILES } from '#kernel/profile';
import { Err, Ok } from '#kernel/result';
import { CommandReturn } from '#kernel/syscall-driver';
import { ms } from '#kernel/time';
import { STRATEGIES, userspaceCostsMarkdown, type Strategy } from './userspace-costs.ts';

/** What came of one misbehaviour under one strategy. */
export interface Effect {
  readonly misbehaviour: string;
  readonly strategy: string;
  /** What the capsule did that it must not; none: it found no occasion. */
  readonly misdeeds: number;
  /** Calls whose answer did not compare. */
  readonly noticed: number;
  /** The worst that the app met; `stale call`: a function that was not lent any more was to run. */
  readonly harm: Harm;
}

const HARMS = ['unharmed', 'an error', 'wrong words', 'waits for ever', 'stale call'] as const;
/** What an app can meet, from best to worst. */
export type Harm = (typeof HARMS)[number];

type Held = [Callback, Callback];
type Slot = 0 | 1;

/** Where a capsule departs from the honest one. */
interface Misbehaviour {
  /** Its answer to a subscribe; undefined: the honest one's. */
  readonly subscribe?: (
    held: Held,
    at: Slot,
    callback: Callback,
  ) => SwapResult<Callback> | undefined;
  /** What it does when it is given work, besides doing it; whether it did. */
  readonly command?: (held: Held) => boolean;
}

/** A test capsule may look; in Rust a capsule could not tell. */
const isNull = ({ pc }: Callback): boolean => pc === 0;
const other = (held: Held, at: Slot): Callback => held[at === 0 ? 1 : 0];

const MISBEHAVIOURS: Readonly<Record<string, () => Misbehaviour>> = {
  'keeps a callback that was taken back, and calls it': () => {
    let kept = Callback.default();
    return {
      subscribe(held, at, callback) {
        if (isNull(callback)) kept = held[at];
        return undefined;
      },
      command: () => !isNull(kept) && kept.schedule(0, 0, 0),
    };
  },
  'gives back null though it held one': () => ({
    subscribe(held, at, callback) {
      if (isNull(held[at])) return undefined;
      held[at] = callback;
      return Ok(Callback.default());
    },
  }),
  "gives back another number's": () => ({
    subscribe(held, at, callback) {
      if (isNull(other(held, at))) return undefined;
      held[at] = callback;
      return Ok(other(held, at));
    },
  }),
  'refuses with another than the one passed': () => ({
    subscribe(held, at, callback) {
      const wrong = other(held, at);
      return isNull(wrong) || isNull(callback) ? undefined : Err([wrong, ErrorCode.BUSY]);
    },
  }),
  'stores the new one but refuses': () => ({
    subscribe(held, at, callback) {
      if (at === 1 || isNull(callback)) return undefined;
      held[at] = callback;
      return Err([callback, ErrorCode.BUSY]);
    },
  }),
  'says Ok but keeps the old one': () => ({
    subscribe(held, at, callback) {
      return isNull(held[at]) || isNull(callback) ? undefined : Ok(held[at]);
    },
  }),
  'exchanges two numbers': () => ({
    command(held) {
      held.reverse();
      return true;
    },
  }),
};

/** Holds two callbacks; work is done at once, and the upcall carries a value and the number. */
class Capsule implements Driver {
  readonly interface = '2.0-dev';
  misdeeds = 0;
  private readonly held: Held = [Callback.default(), Callback.default()];

  constructor(private readonly misbehaviour: Misbehaviour) {}

  subscribe(subscribeNum: number, callback: Callback): SwapResult<Callback> {
    const at = subscribeNum === LISTENED ? 1 : 0;
    const wrong = this.misbehaviour.subscribe?.(this.held, at, callback);
    if (wrong !== undefined) {
      this.misdeeds++;
      return wrong;
    }
    const old = this.held[at];
    this.held[at] = callback;
    return Ok(old);
  }

  command(_commandNum: number, number: number, value: number): CommandReturn {
    if (this.misbehaviour.command?.(this.held) === true) this.misdeeds++;
    this.held[number === LISTENED ? 1 : 0].schedule(value, number, 0);
    return CommandReturn.success();
  }
}

const DRIVER = 0x90010;
/** Numbers of the driver: one for operations, one that is listened to all the time. */
const OPERATED = 0;
const LISTENED = 1;
const WORK = 1;
const ROUNDS = 4;
const LONG_ENOUGH = ms(1000);

/** All effects: by misbehaviour, then by strategy. */
export function userspaceEffects(): Effect[] {
  return Object.keys(MISBEHAVIOURS).flatMap((misbehaviour) =>
    STRATEGIES.map((strategy) => effectOf(misbehaviour, strategy)),
  );
}

/** What comes of a misbehaviour, by its name in the table, under a strategy. */
export function effectOf(misbehaviour: string, { name, switches }: Strategy): Effect {
  const behave = MISBEHAVIOURS[misbehaviour];
  assert(behave !== undefined, `there is no misbehaviour ${misbehaviour}`);
  const capsule = new Capsule(behave());
  const mismatches: Mismatch[] = [];
  const harms: Harm[] = ['unharmed'];
  const board = NRF52840DK.boot({
    profile: PROFILES['2.0-dev'],
    drivers: () => [[DRIVER, capsule]],
  });
  const process = board.load({
    name: 'effects',
    libtock: { ...switches, onMismatch: (mismatch) => void mismatches.push(mismatch) },
    main: (tock) => app(tock, switches.sharing === 'static', harms),
  });
  board.run(LONG_ENOUGH);
  if (process.faultReason !== undefined) harms.push('stale call');
  else if (process.completionCode === undefined) harms.push('waits for ever');
  return {
    misbehaviour,
    strategy: name,
    misdeeds: capsule.misdeeds,
    noticed: mismatches.length,
    harm: HARMS[Math.max(...harms.map((harm) => HARMS.indexOf(harm)))] ?? 'unharmed',
  };
}

/** Operates and listens by turns. With static callbacks it lends each once, else anew in each round. */
function* app(tock: Libtock, isStatic: boolean, harms: Harm[]): Userspace<number> {
  const heard: (readonly number[])[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (round === 0 || !isStatic) {
      const listener = (...words: number[]): void => {
        heard.push(words);
      };
      if (!(yield* tock.subscribe(DRIVER, LISTENED, listener)).ok) harms.push('an error');
    }
    const value = round + 1;
    const operated = yield* tock.operate(DRIVER, OPERATED, WORK, OPERATED, value);
    if (!operated.ok) harms.push('an error');
    else if (!isAnswer(operated.value, OPERATED, value)) harms.push('wrong words');
    yield* tock.command(DRIVER, WORK, LISTENED, value);
    const before = heard.length;
    while (heard.length === before) yield* tock.yieldWait();
    if (!isAnswer(heard.at(-1) ?? [], LISTENED, value)) harms.push('wrong words');
  }
  return 0;
}

const isAnswer = (words: readonly number[], number: number, value: number): boolean =>
  words[0] === value && words[1] === number;

/** The table of effects. */
export function userspaceEffectsMarkdown(effects: readonly Effect[] = userspaceEffects()): string {
  const names = STRATEGIES.map(({ name }) => name);
  const lines = Object.keys(MISBEHAVIOURS).map((misbehaviour) => {
    const cells = names.map((name) => {
      const found = effects.find(
        (effect) => effect.misbehaviour === misbehaviour && effect.strategy === name,
      );
      return found === undefined ? '' : effectText(found);
    });
    return `| ${[misbehaviour, ...cells].join(' | ')} |`;
  });
  const head = [
    `| the capsule … | ${names.join(' | ')} |`,
    `| ${'--- | '.repeat(names.length)}--- |`,
  ];
  return `${[...head, ...lines].join('\n')}\n`;
}

function effectText({ misdeeds, noticed, harm }: Effect): string {
  if (misdeeds === 0) return 'no occasion';
  return noticed > 0 ? `noticed; ${harm}` : harm;
}

/** Both tables with what they show: a section of doc/CALLBACK-OWNERSHIP.md. */
export function userspaceMarkdown(): string {
  return `## What userspace can do by itself

Two switches of \`apps/libtock\`. \`sharing\`: with \`scoped\`, callbacks and buffers are lent for one operation
and taken back; with \`static\`, a callback is lent once for good, and so are the buffers that are the library's
own. \`compareSwaps\`: the library remembers what it lent and compares what calls give back; what does not
compare is reported, and the memory is not used again.

What an operation costs on the nRF52840 board, 85 µs a system call, when all that happens only the first time is
over; time includes waiting. In 2.2 Yield-WaitFor takes the place of the callback. Comparing costs no system
call, only words of RAM: a pair for each number.

${userspaceCostsMarkdown()}
What comes of it under capsules that misbehave with callbacks, in tock-2.0-dev of early 2021, where no kernel
checks. The library forgets a function when the capsule has given it back; a call to a function that is forgotten is
a stale call. The app operates on one number and listens on another.

${userspaceEffectsMarkdown()}
Comparing turns the lie in an answer into a notice, and what was noticed does not come to harm. It does not see
what no answer tells: a copy that was kept, a new callback that was dropped, an exchange between two calls.
Static callbacks leave no occasion for the first two, but an upcall that comes late is taken for the answer to the
next operation. Nothing that userspace does sees another process's pointers.
`;
}
