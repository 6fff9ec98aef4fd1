// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What it costs userspace to look after what it lends by itself: system calls and virtual time of an operation.
 *
 * NON-TOCK: "the userspace runtime can just do it", measured on the nRF52840 board with its costs.
 */
import type { Libtock, LibtockSwitches } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import { assert } from '#kernel/assert';
import { PROFILES, type ProfileName } from '#kernel/profile';

/** How a library lends; each may compare besides. */
export interface Strategy {
  readonly name: string;
  readonly switches: LibtockSwitches;
}

/** What userspace can choose from. */
export const STRATEGIES: readonly Strategy[] = [
  { name: 'share scopes', switches: { sharing: 'scoped' } },
  { name: 'share scopes, compared', switches: { sharing: 'scoped', compareSwaps: true } },
  { name: 'static', switches: { sharing: 'static' } },
  { name: 'static, compared', switches: { sharing: 'static', compareSwaps: true } },
];

/** What an operation costs with a strategy, once everything that happens only the first time is over. */
export interface CostRow {
  readonly strategy: string;
  readonly profile: ProfileName;
  readonly operation: string;
  readonly syscalls: number;
  /** Virtual time of an operation, waiting included. */
  readonly microseconds: number;
  /** Words of the process's RAM that the comparison needs. */
  readonly memoryWords: number;
}

/** Without Yield-WaitFor, and with it. */
const COST_PROFILES: readonly ProfileName[] = ['2.0', '2.2'];

const OPERATIONS: Readonly<Record<string, (tock: Libtock) => Userspace<unknown>>> = {
  'console print, 16 bytes': (tock) => tock.console.print('sixteen letters\n'),
  'alarm sleep, 10 ms': (tock) => tock.alarm.sleep(10),
  'key-value set, 16 bytes': (tock) => tock.kv.set('key', 'sixteen letters.'),
  'key-value get, 16 bytes': (tock) => tock.kv.get('key'),
};

const WARM_UP = 2;
const REPEATED = 8;

/** All rows: by operation, then by profile, then by strategy. */
export function userspaceCosts(): CostRow[] {
  return Object.keys(OPERATIONS).flatMap((operation) =>
    COST_PROFILES.flatMap((profile) =>
      STRATEGIES.map((strategy) => costOf(operation, profile, strategy)),
    ),
  );
}

function costOf(operation: string, profile: ProfileName, strategy: Strategy): CostRow {
  const few = measure(operation, profile, strategy, WARM_UP);
  const many = measure(operation, profile, strategy, WARM_UP + REPEATED);
  return {
    strategy: strategy.name,
    profile,
    operation,
    syscalls: (many.syscalls - few.syscalls) / REPEATED,
    microseconds: (many.nanoseconds - few.nanoseconds) / REPEATED / 1000,
    memoryWords: strategy.switches.compareSwaps === true ? many.words : 0,
  };
}

/** What a process has used when it ends after so many operations. */
function measure(
  operation: string,
  profile: ProfileName,
  { switches }: Strategy,
  count: number,
): { syscalls: number; nanoseconds: number; words: number } {
  const operate = OPERATIONS[operation];
  assert(operate !== undefined, `there is no operation ${operation}`);
  const board = NRF52840DK.boot({ profile: PROFILES[profile] });
  const end = { nanoseconds: 0, words: 0 };
  const process = board.load({
    name: 'costs',
    libtock: switches,
    main: function* (tock) {
      // What a get finds has to be there for each strategy alike.
      yield* tock.kv.set('key', 'sixteen letters.');
      const before = tock.loans?.words ?? 0;
      for (let done = 0; done < count; done++) yield* operate(tock);
      end.nanoseconds = board.clock.now;
      end.words = (tock.loans?.words ?? 0) - (operation.startsWith('key') ? 0 : before);
      return 0;
    },
  });
  board.run();
  assert(process.completionCode === 0, `${operation}: ${process.faultReason ?? 'it did not end'}`);
  return { syscalls: process.syscallCount, ...end };
}

/** The table of costs: comparing costs no call and no time, so that it needs but a column. */
export function userspaceCostsMarkdown(rows: readonly CostRow[] = userspaceCosts()): string {
  const head = [
    '| operation | profile | share scopes: calls | µs | static: calls | µs | words to compare |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
  ];
  const lines = rows.flatMap(({ operation, profile, strategy }) => {
    if (strategy !== STRATEGIES[0]?.name) return [];
    const of = (name: string): CostRow | undefined =>
      rows.find(
        (row) => row.operation === operation && row.profile === profile && row.strategy === name,
      );
    const cells = ['share scopes', 'static'].flatMap((name) => [
      of(name)?.syscalls,
      of(name)?.microseconds.toFixed(0),
    ]);
    const words = of('share scopes, compared')?.memoryWords;
    return [`| ${[operation, profile, ...cells, words].join(' | ')} |`];
  });
  return `${[...head, ...lines].join('\n')}\n`;
}
