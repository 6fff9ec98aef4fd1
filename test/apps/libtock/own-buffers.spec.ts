// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The library's own buffers: lent for an operation, or for good.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { LibtockSwitches } from '#apps/libtock/libtock';
import type { AppMain } from '#boards/board';
import { PROFILES } from '#kernel/profile';
import { SyscallClass } from '#kernel/syscall';
import { Trace, type TraceRecord } from '#kernel/trace';
import { runApp } from '../../support/run-app.ts';

const CONSOLE = 1;

/** What an app printed, and its read-only allows: the lengths, 0 for one that takes back. */
function allows(main: AppMain, libtock: LibtockSwitches): { text: string; lengths: unknown[] } {
  const trace = new Trace();
  const records: TraceRecord[] = [];
  trace.on('syscall', (record) => records.push(record));
  const { process, text } = runApp(main, { trace }, { libtock });
  expect(process.completionCode, process.faultReason).to.equal(0);
  const lengths = records
    .filter(({ fields }) => fields['class'] === SyscallClass.ReadOnlyAllow)
    .map(({ fields }) => fields['r3']);
  return { text, lengths };
}

const printing: AppMain = function* (tock) {
  yield* tock.console.print('a');
  yield* tock.console.print('bb');
  yield* tock.console.print('c'.repeat(100));
  yield* tock.console.print('d');
  return 0;
};
const PRINTED = `abb${'c'.repeat(100)}d`;

describe("The library's own buffers", () => {
  it('in scopes are lent at their length, and taken back after each operation', () => {
    const { text, lengths } = allows(printing, {});
    expect(text).to.equal(PRINTED);
    expect(lengths).to.deep.equal([1, 0, 2, 0, 100, 0, 1, 0]);
  });

  it('lent for good are lent again only when they have to grow', () => {
    const { text, lengths } = allows(printing, { sharing: 'static' });
    expect(text).to.equal(PRINTED);
    expect(lengths).to.deep.equal([64, 200]);
  });

  it("are lent again after a buffer of the app's own took their place", () => {
    const { text, lengths } = allows(
      function* (tock) {
        yield* tock.console.print('a');
        yield* tock.console.write(yield* tock.bufferOf(Uint8Array.of(0x62)));
        yield* tock.console.print('c');
        return 0;
      },
      { sharing: 'static' },
    );
    expect(text).to.equal('abc');
    expect(lengths).to.deep.equal([64, 1, 0, 64]);
  });

  for (const profile of ['1.x', '2.0', '2.2'] as const) {
    it(`lent for good, the key-value store answers as it does in scopes (${profile})`, () => {
      const main: AppMain = function* (tock) {
        for (const value of ['red', 'green', 'grey!', '']) {
          expect((yield* tock.kv.set('colour', value)).ok).to.equal(true);
          expect(yield* tock.kv.getText('colour')).to.deep.equal({ ok: true, value });
        }
        expect((yield* tock.kv.delete('colour')).ok).to.equal(true);
        expect((yield* tock.kv.get('colour')).ok).to.equal(false);
        return 0;
      };
      const libtock = { sharing: 'static', compareSwaps: true } as const;
      const { process } = runApp(main, { profile: PROFILES[profile] }, { libtock });
      expect(process.completionCode, process.faultReason).to.equal(0);
    });
  }

  it('NOMEM, and nothing is lent, when the process has no RAM for one', () => {
    const { process } = runApp(
      function* (tock) {
        while ((yield* tock.malloc(64)).ok);
        const held = yield* tock.own.hold('test', new Uint8Array(4096));
        return !held.ok && tock.loans?.holds(SyscallClass.ReadOnlyAllow, CONSOLE, 1, [0, 0])
          ? 0
          : 1;
      },
      {},
      { libtock: { sharing: 'static' } },
    );
    expect(process.completionCode, process.faultReason).to.equal(0);
  });
});
