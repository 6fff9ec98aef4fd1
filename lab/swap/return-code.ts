// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What breaks in userspace when upcalls change from ReturnCodes to ErrorCodes: apps of three ages, each on the
 * kernels of its time and of others.
 *
 * NON-TOCK: the first question of early 2021 about ReturnCode and ErrorCode, run instead of argued.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import { assert } from '#kernel/assert';
import { ErrorCode, errorName } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import type { Kernel } from '#kernel/kernel';
import type { ProcessError, ProcessId } from '#kernel/process';
import { PROFILES, type ProfileName } from '#kernel/profile';
import type { Result } from '#kernel/result';
import { Register, ReturnVariant, SyscallClass } from '#kernel/syscall';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

/** The kernels, old to new. */
export const STATUS_PROFILES = [
  '1.x',
  '2.0-dev',
  'e',
  '2.0',
  '2.2',
] as const satisfies ProfileName[];

/** How an operation really ends. */
export const ENDS = { success: 0, FAIL: ErrorCode.FAIL, BUSY: ErrorCode.BUSY } as const;
/** The name of an end. */
export type End = keyof typeof ENDS;

/** Where an app hears of it: an upcall's first word, or the answer of a command. */
export type Path = 'upcall' | 'command';

/** What an app makes of the words that it gets: the name of an error, or success. */
type Reader = (words: readonly number[]) => string;

/** An app, by what it was written for. */
interface StatusApp {
  readonly description: string;
  readonly upcall: Reader;
  readonly command: Reader;
}

const SUCCESS = 'success';
/** The numbers of early 2021. */
const FROM_ZERO: readonly string[] = Object.keys(ErrorCode);

const named = (code: number): string => (code === 0 ? SUCCESS : errorName(code | 0));
const ofReturnCode: Reader = ([code = 0]) => ((code | 0) < 0 ? errorName(-(code | 0)) : SUCCESS);
const isFailure = (variant: number): boolean => variant <= ReturnVariant.FailureU64;
const isSuccess = (variant: number): boolean =>
  variant >= ReturnVariant.Success && variant <= ReturnVariant.SuccessU32U64;

/** The answer of a command where r0 names a variant; one that is reserved is BADRVAL. */
const ofVariant =
  (nameOf: (code: number) => string): Reader =>
  ([variant = 0, error = 0]) => {
    if (isSuccess(variant)) return SUCCESS;
    return isFailure(variant) ? nameOf(error) : 'BADRVAL';
  };

/** The apps by name. */
export const STATUS_APPS = {
  ReturnCode: {
    description: 'written for 1.x: an error is below zero (`status < 0`)',
    upcall: ofReturnCode,
    command: ofReturnCode,
  },
  'ErrorCode from 0': {
    description: 'compiled in early 2021: errors are named from FAIL = 0 on, `status != 0` is one',
    upcall: ([code = 0]) => (code === 0 ? SUCCESS : (FROM_ZERO[code] ?? String(code | 0))),
    command: ofVariant((code) => FROM_ZERO[code] ?? String(code | 0)),
  },
  ErrorCode: {
    description: 'written for 2.0: errors are named from FAIL = 1 on, `status != 0` is one',
    upcall: ([code = 0]) => named(code),
    command: ofVariant(named),
  },
} as const satisfies Record<string, StatusApp>;
/** The name of an app. */
export type StatusAppName = keyof typeof STATUS_APPS;

/** One observation. */
export interface StatusRow {
  readonly app: StatusAppName;
  readonly profile: ProfileName;
  readonly path: Path;
  readonly end: End;
  /** The first word that arrived. */
  readonly word: number;
  /** What the app takes it for. */
  readonly conclusion: string;
}

const DRIVER = 0x90011;
const Command = { EXISTS: 0, WORK: 1, REFUSE: 2 } as const;
const DONE = 0;

/** Ends work as it is told to, at once: by an upcall, or by its answer. */
class StatusDriver implements SyscallDriver {
  private readonly grant: Grant<undefined>;

  constructor(kernel: Kernel) {
    this.grant = kernel.createGrant(DRIVER, {
      upcalls: 1,
      allowRo: 0,
      allowRw: 0,
      size: 0,
      create: () => undefined,
      statusUpcalls: [DONE],
    });
  }

  command(
    commandNum: number,
    status: number,
    _argument2: number,
    processId: ProcessId,
  ): CommandReturn {
    if (commandNum === Command.REFUSE) {
      return status === 0 ? CommandReturn.success() : CommandReturn.failure(status as ErrorCode);
    }
    this.grant.enter(processId, (_app, kernel) => {
      kernel.scheduleUpcall(DONE, [status, 0, 0]);
    });
    return CommandReturn.success();
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.grant.enter(processId, () => undefined);
  }
}

/** Runs each app on each kernel, and writes down what it concludes. */
export function statusRows(): StatusRow[] {
  const apps = Object.keys(STATUS_APPS) as StatusAppName[];
  const words = new Map(STATUS_PROFILES.map((profile) => [profile, wordsOf(profile)]));
  return apps.flatMap((app) =>
    STATUS_PROFILES.flatMap((profile) =>
      (words.get(profile) ?? []).map(({ path, end, arrived }) => ({
        app,
        profile,
        path,
        end,
        word: arrived[0] ?? 0,
        conclusion: STATUS_APPS[app][path](arrived),
      })),
    ),
  );
}

/** Words that an app gets, and what they stand for. */
interface Arrival {
  readonly path: Path;
  readonly end: End;
  readonly arrived: readonly number[];
}

/** What a kernel hands to an app, whichever it is. */
function wordsOf(profile: ProfileName): Arrival[] {
  const arrivals: Arrival[] = [];
  const board = NRF52840DK.boot({
    profile: PROFILES[profile],
    drivers: ({ kernel }) => [[DRIVER, new StatusDriver(kernel)]],
  });
  const process = board.load({
    name: 'status',
    main: function* (tock) {
      for (const end of Object.keys(ENDS) as End[]) {
        arrivals.push({ path: 'upcall', end, arrived: yield* upcallOf(tock, ENDS[end]) });
        const answer = yield* tock.trap(SyscallClass.Command, DRIVER, Command.REFUSE, ENDS[end], 0);
        arrivals.push({
          path: 'command',
          end,
          arrived: [...answer.subarray(Register.R0, Register.CLASS)],
        });
      }
      return 0;
    },
  });
  board.run();
  assert(process.completionCode === 0, process.faultReason ?? 'the app waits for ever');
  return arrivals;
}

/** The words of the upcall that work with this status ends in, as they come. */
function* upcallOf(tock: Libtock, status: number): Userspace<readonly number[]> {
  const arrived: (readonly number[])[] = [];
  yield* tock.subscribe(DRIVER, DONE, (...words) => arrived.push(words));
  yield* tock.trap(SyscallClass.Command, DRIVER, Command.WORK, status, 0);
  while (arrived.length === 0) yield* tock.yieldWait();
  return arrived[0] ?? [];
}

/** Whether an app concludes what is so, and if not, how it errs. */
export function judgement({ end, conclusion }: StatusRow): string {
  if (conclusion === end) return 'right';
  if (conclusion === SUCCESS) return '**taken for success**';
  return end === SUCCESS ? `**error ${conclusion}**` : `wrong error: ${conclusion}`;
}
