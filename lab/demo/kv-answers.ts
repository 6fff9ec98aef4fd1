// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value driver, succeeding and failing on purpose: each answer an app can get, on each board.
 *
 * NON-TOCK: part of the demonstration.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { BoardKind } from '#boards/board';
import { Err, Ok, type Result } from '#kernel/result';
import { columns, duration } from '../report/columns.ts';

/** One request and what came of it. */
interface Row {
  readonly request: string;
  readonly answer: string;
  /** Virtual nanoseconds from the call to the answer. */
  readonly time: number;
}

/** The answers of one board. */
interface Answers {
  readonly rows: readonly Row[];
  readonly completed: boolean;
}

const LONGEST_VALUE = 503;
const ROOM_FOR = 1000;

/** A table of requests and answers, a column a board; whether every answer is the one that is promised. */
export function kvAnswers(boards: readonly BoardKind[]): { text: string; good: boolean } {
  const answers = boards.map(answersOf);
  const rows = (answers[0]?.rows ?? []).map(({ request }, index) => [
    request,
    ...answers.flatMap(({ rows: all }) => {
      const row = all[index];
      return row === undefined ? ['', ''] : [row.answer, duration(row.time)];
    }),
  ]);
  const text = columns([['request', ...boards.flatMap(({ chip }) => [chip, 'time'])], ...rows]);
  const good = answers.every(
    ({ rows: all, completed }) =>
      completed && all.every(({ answer }, index) => EXPECTED[index]?.includes(answer) === true),
  );
  return { text, good };
}

/**
 * What may be answered to each request. The second request in the middle of the first: NOMEM; but where the
 * CPU stands still for the flash, the first is over before its process runs again.
 */
const EXPECTED: readonly (readonly string[])[] = [
  ['NOSUPPORT'],
  ['Success'],
  ['NOSUPPORT'],
  ['Success'],
  ['SIZE'],
  ['SIZE'],
  ['NOMEM', 'Success'],
  ['NOMEM'],
  ['Success'],
  ['Success'],
  ['Success'],
];

function answersOf(kind: BoardKind): Answers {
  const board = kind.boot();
  const rows: Row[] = [];
  const now = (): number => board.clock.now;
  const app = board.load({ name: 'answers', main: (tock) => ask(tock, rows, now) });
  board.run();
  return { rows, completed: app.completionCode === 0 };
}

function* ask(tock: Libtock, rows: Row[], now: () => number): Userspace<number> {
  const { kv } = tock;
  const note = function* (request: string, work: Userspace<Result<unknown, number>>): Userspace {
    const start = now();
    const result = yield* work;
    const answer = result.ok ? 'Success' : tock.errorName(result.error);
    rows.push({ request, answer, time: now() - start });
  };
  yield* note('get, missing key', kv.get('colour'));
  yield* note('set', kv.set('colour', 'red'));
  yield* note('add, key is there', kv.add('colour', 'blue'));
  yield* note('get', kv.get('colour'));
  yield* note('set, key of 65 bytes', kv.set('k'.repeat(65), ''));
  yield* note('set, value of 504 bytes', kv.set('colour', 'v'.repeat(LONGEST_VALUE + 1)));
  yield* note('set while a set runs', secondRequest(tock));
  yield* note('set until it is full', fill(tock));
  yield* note('delete', kv.delete('0'));
  yield* note('garbage collection', kv.garbageCollect());
  yield* note('set again', kv.set('0', 'v'.repeat(LONGEST_VALUE)));
  return 0;
}

const KV_DRIVER = 0x50003;
const SET = 2;

/** Gives a second command before the first is answered. */
function* secondRequest(tock: Libtock): Userspace<Result<unknown, number>> {
  const key = yield* tock.bufferOf(Uint8Array.of(1));
  const value = yield* tock.bufferOf(Uint8Array.of(2));
  let answered = 0;
  yield* tock.kv.setAsync(key, value, () => {
    answered++;
  });
  const second = yield* tock.command(KV_DRIVER, SET);
  while (answered < (second.ok ? 2 : 1)) yield* tock.yieldWait();
  return second.ok ? Ok() : Err(second.error);
}

/** Sets keys with the longest values; the last answer. */
function* fill(tock: Libtock): Userspace<Result<unknown, number>> {
  for (let key = 0; key < ROOM_FOR; key++) {
    const set = yield* tock.kv.set(`${key}`, 'v'.repeat(LONGEST_VALUE));
    if (!set.ok) return set;
  }
  return Ok();
}
