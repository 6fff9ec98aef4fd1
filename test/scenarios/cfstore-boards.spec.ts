// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One app of the configuration store, unchanged, on both boards: over each flash interface, over each store, over power
 * cycles and power cuts; and two apps at once.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { main as cfstore } from '#apps/cfstore';
import type { AppMain, Board, BoardKind, BoardOptions, StoreHil } from '#boards/board';
import { BOARDS } from '#boards/index';
import { Random } from '#kernel/random';
import { ms, ns } from '#kernel/time';

interface Ran {
  readonly board: Board;
  readonly text: () => string;
  readonly code: () => number | undefined;
}

function load(kind: BoardKind, main: AppMain, options: BoardOptions = {}): Ran {
  let text = '';
  const onConsole = (bytes: Uint8Array): void => {
    text += new TextDecoder().decode(bytes);
  };
  const board = kind.boot({ ...options, onConsole });
  const process = board.load({ name: 'app', main });
  return { board, text: () => text, code: () => process.completionCode };
}

function run(kind: BoardKind, main: AppMain, options: BoardOptions = {}): Ran {
  const ran = load(kind, main, options);
  ran.board.run();
  return ran;
}

/** The answers behind the count of starts. */
const answersOf = ({ text }: Ran): string => text().replace(/^[^]*?of this flash\n/, '');
const startOf = ({ text }: Ran): number => Number(/^start (\d+) of/m.exec(text())?.[1]);

/** Creates or opens a key of 16 bytes, and writes all of it with one letter. */
function writer(name: string, letter: string): AppMain {
  return function* (tock) {
    const created = yield* tock.cfstore.create(name, 16);
    const handle = created.ok ? created : yield* tock.cfstore.open(name, { write: true });
    if (!handle.ok) return 1;
    if (!(yield* tock.cfstore.write(handle.value, letter.repeat(16))).ok) return 2;
    const closed = yield* tock.cfstore.close(handle.value);
    yield* tock.console.print(`closed ${letter}\n`);
    return closed.ok ? 0 : 3;
  };
}

/** Prints the whole value of a key. */
function reader(name: string): AppMain {
  return function* (tock) {
    const handle = yield* tock.cfstore.open(name);
    if (!handle.ok) {
      yield* tock.console.print(tock.errorName(handle.error));
      return 1;
    }
    const value = yield* tock.cfstore.read(handle.value, 64);
    yield* tock.console.print(value.ok ? new TextDecoder().decode(value.value) : 'unread');
    return 0;
  };
}

const HILS = ['byte', 'page', 'blocking'] as const satisfies StoreHil[];

for (const [name, kind] of Object.entries(BOARDS)) {
  describe(`The configuration store on ${name}`, () => {
    for (const hil of HILS) {
      it(`answers the same over the ${hil} HIL, and counts starts over power cycles`, () => {
        const usual = run(kind, cfstore);
        const first = run(kind, cfstore, { hil });
        const second = run(kind, cfstore, { hil, flash: first.board.flash });
        const third = run(kind, cfstore, { flash: second.board.flash });
        expect([first, second, third].map(({ code }) => code())).to.deep.equal([0, 0, 0]);
        expect([first, second, third].map(startOf)).to.deep.equal([1, 2, 3]);
        for (const ran of [first, second, third]) expect(answersOf(ran)).to.equal(answersOf(usual));
      });
    }

    it('goes on counting when slots are used up: 40 starts, each with a flush (CF-05)', () => {
      let ran = run(kind, cfstore);
      for (let start = 2; start <= 40; start++) {
        ran = run(kind, cfstore, { flash: ran.board.flash });
        expect([startOf(ran), ran.code()]).to.deep.equal([start, 0]);
      }
      expect(Math.max(...erasures(ran.board))).to.be.greaterThan(1);
    });

    it('as its design has it gives the same answers, but loses what was written by seek over what was written before', () => {
      const lines = (options: BoardOptions): string[] =>
        answersOf(run(kind, cfstore, options)).split('\n');
      const usual = lines({});
      const literal = lines({ cfstore: 'cfstore-literal' });
      const lost = usual.flatMap((line, at) => (literal[at] === line ? [] : [literal[at]]));
      expect(lost).to.deep.equal(['  abcdefghijklmnop', '  abcdefghijklmnop']);
      expect(literal).to.have.length(usual.length);
    });

    for (const stack of ['cfstore-heap', 'cfstore-heap-literal'] as const) {
      it(`in the heap, ${stack}, cannot seek to write, shows what is not closed, and counts on`, () => {
        const first = run(kind, cfstore, { cfstore: stack });
        const second = run(kind, cfstore, { cfstore: stack, flash: first.board.flash });
        expect([startOf(first), startOf(second)]).to.deep.equal([1, 2]);
        expect(second.text()).to.contain('seek to write at 8: NOSUPPORT (-1015)');
        expect(second.text()).to.contain('open note.1 meanwhile: ok');
      });
    }

    it('uses no flash while nobody uses it', () => {
      const { board } = run(kind, function* (tock) {
        return (yield* tock.cfstore.exists()) ? 0 : 1;
      });
      const others = run(kind, function* () {
        yield* [];
        return 0;
      });
      expect(board.statistics()).to.deep.equal(others.board.statistics());
    });

    it('after a power cut at any moment holds the old value or the new, and the new once it is closed', () => {
      const before = run(kind, writer('key', 'a')).board.flash.snapshot();
      const whole = run(kind, writer('key', 'b'), { flash: restored(kind, before) });
      const length = Number(whole.board.clock.now);
      const seen = new Set<string>();
      for (let cut = 1; cut <= 40; cut++) {
        const cells = restored(kind, before);
        const ran = load(kind, writer('key', 'b'), { flash: cells });
        ran.board.run(ns(Math.round((length * cut) / 40)));
        ran.board.powerLoss(new Random(cut));
        const found = run(kind, reader('key'), { flash: cells }).text();
        expect(found, `cut ${cut}`).to.be.oneOf(['a'.repeat(16), 'b'.repeat(16)]);
        if (ran.text() !== '') expect(found, `cut ${cut}`).to.equal('b'.repeat(16));
        seen.add(found);
      }
      expect(seen.size, 'both were seen').to.equal(2);
    });

    it('serves apps at once, each with keys of its own under one name', () => {
      const board = kind.boot();
      const processes = ['x', 'y'].map((letter, index) =>
        board.load({
          name: letter,
          main: writer('key', letter),
          storage: { writeId: index + 7, readIds: [index + 7], modifyIds: [index + 7] },
        }),
      );
      board.run();
      expect(processes.map(({ completionCode }) => completionCode)).to.deep.equal([0, 0]);
      for (const [index, letter] of ['x', 'y'].entries()) {
        let text = '';
        const again = kind.boot({
          flash: board.flash,
          onConsole: (bytes) => {
            text += new TextDecoder().decode(bytes);
          },
        });
        const own = `{0000000${index + 7}}key`;
        const storage = { writeId: 9, readIds: [7, 8] };
        again.load({ name: 'reader', main: reader(own), storage });
        again.run(ms(10_000));
        expect(text).to.equal(letter.repeat(16));
      }
    });
  });
}

function restored(
  kind: BoardKind,
  snapshot: ReturnType<ReturnType<BoardKind['freshFlash']>['snapshot']>,
): ReturnType<BoardKind['freshFlash']> {
  const flash = kind.freshFlash();
  flash.restore(snapshot);
  return flash;
}

function erasures({ flash }: Board): number[] {
  return Array.from({ length: flash.pages }, (_, page) => flash.eraseCount(page));
}
