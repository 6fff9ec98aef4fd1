// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The same app, unchanged, on every board, through every flash interface, under every kernel.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { main as alarms } from '#apps/alarms';
import { main as blink } from '#apps/blink';
import { main as configStorage } from '#apps/config-storage';
import { main as flash } from '#apps/flash';
import { main as hello } from '#apps/hello';
import { main as kv } from '#apps/kv';
import { main as storage } from '#apps/storage';
import { main as ticker } from '#apps/ticker';
import type { AppMain, BoardKind, StoreHil } from '#boards/board';
import { BOARDS } from '#boards/index';
import { PROFILES, type Profile } from '#kernel/profile';

const APPS: Readonly<Record<string, AppMain>> = {
  alarms,
  blink,
  'config-storage': configStorage,
  flash,
  hello,
  kv,
  storage,
  ticker,
};
const HILS: readonly StoreHil[] = ['byte', 'page', 'blocking'];

function run(
  kind: BoardKind,
  main: AppMain,
  options: { hil?: StoreHil; profile?: Profile; faithful?: readonly string[] },
): { code: number | undefined; reason: string | undefined; text: string } {
  const chunks: Uint8Array[] = [];
  const board = kind.boot({ ...options, onConsole: (bytes) => chunks.push(bytes.slice()) });
  const { completionCode, faultReason } = ((): ReturnType<typeof board.load> => {
    const process = board.load({ name: 'app', main });
    board.run();
    return process;
  })();
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  return { code: completionCode, reason: faultReason, text };
}

for (const [name, kind] of Object.entries(BOARDS)) {
  describe(`Bundled apps on ${name}`, () => {
    for (const [app, main] of Object.entries(APPS)) {
      it(`${app} ends with 0 through each flash interface, and says the same`, () => {
        const runs = HILS.map((hil) => run(kind, main, { hil }));
        for (const { code, reason } of runs) expect(code, reason).to.equal(0);
        if (app !== 'ticker' && app !== 'flash')
          expect(new Set(runs.map(({ text }) => text)).size).to.equal(1);
      });

      // The one register of 1.x cannot carry a geometry of three words: BADRVAL.
      it(`${app} ends with 0 under each kernel that can tell it what it asks`, () => {
        for (const profile of Object.values(PROFILES)) {
          const { code, reason } = run(kind, main, { profile });
          const expected = app === 'flash' && profile === PROFILES['1.x'] ? 1 : 0;
          expect(code, `${profile.name} ${reason ?? ''}`).to.equal(expected);
        }
      });
    }
  });
}

describe('Bundled apps', () => {
  for (const app of ['alarms', 'hello', 'kv'] as const) {
    it(`${app} says the same on all boards`, () => {
      const main = APPS[app] ?? hello;
      const texts = Object.values(BOARDS).map((kind) => run(kind, main, {}).text);
      expect(new Set(texts).size).to.equal(1);
    });
  }
});
